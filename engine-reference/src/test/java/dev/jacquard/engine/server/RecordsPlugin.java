package dev.jacquard.engine.server;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PagePanel;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.plugin.PluginDescriptor;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.plugin.ResourceCollection;
import dev.jacquard.spi.request.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/// A plugin as an outsider would ship it, packed into a jar by the tests: it keeps records a tenant, and fails when a record of a certain id is asked for.
public class RecordsPlugin implements EnginePlugin {
  /// A [Semaphore] among the system properties: the one thing that test and plugin both see.
  static final String GATE = "dev.jacquard.engine.server.gate";

  /// For the host.
  public RecordsPlugin() {}

  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("records", "1.0.0", Spi.MAJOR, Spi.MINOR);
  }

  @Override
  public PluginInstance open(PluginContext context) {
    return new Instance(
        new Records(context.config().string("resource", "records")),
        new PagePanel(
            context.config().string("panel", "notes"),
            "Notes",
            context.config().string("folder", "panel")));
  }

  /// What is opened.
  record Instance(Records records, PagePanel panel) implements PluginInstance {
    @Override
    public List<ResourceCollection> resources() {
      if (records.name.equals("failing")) {
        throw new IllegalStateException("no resources today");
      }
      return List.of(records);
    }

    @Override
    public List<PagePanel> panels() {
      return List.of(panel);
    }
  }

  /// The collection.
  static final class Records implements ResourceCollection {
    private final String name;
    private final Map<String, Map<String, JsonValue.Object>> tenants = new TreeMap<>();

    Records(String name) {
      this.name = name;
    }

    @Override
    @SuppressWarnings("NullAway") // what no plugin should do
    public String name() {
      return name.equals("none") ? null : name;
    }

    private Map<String, JsonValue.Object> of(String tenant) {
      return tenants.computeIfAbsent(tenant, t -> new TreeMap<>());
    }

    /// More than was asked for, which the server must not pass on.
    @Override
    public List<JsonValue.Object> list(String tenant, int limit) {
      return new ArrayList<>(of(tenant).values());
    }

    @Override
    @SuppressWarnings("NullAway") // what no plugin should do
    public Optional<JsonValue.Object> get(String tenant, String id) {
      return switch (id) {
        case "throws" -> throw new IllegalStateException("the inside of the plugin");
        case "error" -> throw new NoClassDefFoundError("com/example/Missing");
        case "rejects" ->
            throw new RequestRejectedException(
                StandardErrorCode.INVALID_REQUEST, "id", "id is 'rejects'; choose another");
        case "null" -> null;
        case "deep" -> Optional.of(new JsonValue.Object(Map.of("deep", deep())));
        case "holed" -> {
          Map<String, JsonValue> holed = new LinkedHashMap<>();
          holed.put("hole", null);
          yield Optional.of(new JsonValue.Object(holed));
        }
        case "hangs" -> {
          ((Semaphore) Objects.requireNonNull(System.getProperties().get(GATE)))
              .acquireUninterruptibly();
          yield Optional.empty();
        }
        case "all" -> Optional.of(all());
        default -> Optional.ofNullable(of(tenant).get(id));
      };
    }

    private static JsonValue deep() {
      JsonValue value = new JsonValue.Bool(true);
      for (int i = 0; i < 1_000_000; i++) {
        value = new JsonValue.Array(List.of(value));
      }
      return value;
    }

    private static JsonValue.Object all() {
      Map<String, JsonValue> values = new LinkedHashMap<>();
      values.put("thread", new JsonValue.Text(Thread.currentThread().getName()));
      values.put(
          "loader", new JsonValue.Text(Thread.currentThread().getContextClassLoader().getName()));
      values.put("whole", new JsonValue.Number(1L << 53));
      values.put("half", new JsonValue.Number(0.5));
      values.put("unknown", new JsonValue.Number(Double.NaN));
      values.put(
          "list",
          new JsonValue.Array(List.of(new JsonValue.Bool(false), new JsonValue.Object(Map.of()))));
      return new JsonValue.Object(values);
    }

    /// Makes a record too, so that tests have some.
    @Override
    public Optional<JsonValue.Object> update(String tenant, String id, JsonValue.Object change) {
      if (!change.values().containsKey("text")) {
        return Optional.empty();
      }
      of(tenant).put(id, change);
      return Optional.of(change);
    }

    @Override
    public boolean delete(String tenant, String id) {
      return of(tenant).remove(id) != null;
    }
  }
}
