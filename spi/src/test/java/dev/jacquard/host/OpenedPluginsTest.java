package dev.jacquard.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.mock;

import dev.jacquard.host.LoadedPlugin.Origin;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.error.PluginException;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.plugin.PluginInstance;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenedPluginsTest {
  private final List<String> events = new ArrayList<>();
  private final OpenedPlugins opened = new OpenedPlugins(_ -> mock(PluginContext.class));

  @Test
  void aPluginIsOpenedOnceAndLazily() {
    LoadedPlugin plugin = plugin("a");
    assertEquals(List.of(), events);
    PluginInstance instance = opened.instance(plugin);
    assertSame(instance, opened.instance(plugin));
    assertEquals(List.of("open a"), events);
    assertEquals(List.of(plugin), List.copyOf(opened.instances().keySet()));
  }

  @Test
  void pluginsAreClosedInReverseOrderAndOnce() {
    opened.instance(plugin("a"));
    opened.instance(plugin("b"));
    opened.close();
    opened.close();
    assertEquals(List.of("open a", "open b", "close b", "close a"), events);
  }

  @Test
  void failuresToCloseAreCollectedAndKeepNobodyOpen() {
    opened.instance(plugin("a"));
    opened.instance(failing("b"));
    opened.instance(failing("c"));
    PluginException failure = assertThrows(PluginException.class, opened::close);
    assertEquals(List.of("open a", "close a"), events);
    assertEquals(
        "plugin c 1.0 (test) failed in close: java.lang.IllegalStateException: stuck",
        failure.getMessage());
    assertEquals(
        "plugin b 1.0 (test) failed in close: java.lang.IllegalStateException: stuck",
        failure.getSuppressed()[0].getMessage());
  }

  @Test
  void aPluginThatFailsToOpenIsNamed() {
    LoadedPlugin broken =
        loaded(
            new FakePlugin("broken")
                .opens(() -> {
                  throw new IllegalStateException("no disk");
                }));
    assertEquals(
        "plugin broken 1.0 (test) failed in open: java.lang.IllegalStateException: no disk",
        assertThrows(PluginException.class, () -> opened.instance(broken)).getMessage());
    LoadedPlugin silent = loaded(new FakePlugin("silent").opens(() -> null));
    assertEquals(
        "plugin silent 1.0 (test) failed in open: it answered null",
        assertThrows(PluginException.class, () -> opened.instance(silent)).getMessage());
  }

  @Test
  void aRejectedConfigurationPassesThrough() {
    ConfigurationException rejected = new ConfigurationException("mine.k = '3': must be even");
    LoadedPlugin plugin =
        loaded(
            new FakePlugin("mine")
                .opens(() -> {
                  throw rejected;
                }));
    assertSame(rejected, assertThrows(ConfigurationException.class, () -> opened.instance(plugin)));
  }

  @Test
  void nothingIsOpenedAfterClose() {
    LoadedPlugin plugin = plugin("late");
    opened.close();
    assertThrows(IllegalStateException.class, () -> opened.instance(plugin));
  }

  private LoadedPlugin plugin(String id) {
    return loaded(
        new FakePlugin(id)
            .opens(() -> {
              events.add("open " + id);
              return new PluginInstance() {
                @Override
                public void close() {
                  events.add("close " + id);
                }
              };
            }));
  }

  private static LoadedPlugin failing(String id) {
    return loaded(
        new FakePlugin(id)
            .opens(() ->
                new PluginInstance() {
                  @Override
                  public void close() {
                    throw new IllegalStateException("stuck");
                  }
                }));
  }

  private static LoadedPlugin loaded(FakePlugin plugin) {
    return new LoadedPlugin(plugin.descriptor(), plugin, Origin.BUILT_IN, "test");
  }
}
