package dev.jacquard.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.spi.Spi;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginIsolationTest {
  @TempDir Path temp;

  @Test
  void aPluginSeesTheSpiAndTheJdkAndNothingElseOfTheHost() throws IOException {
    drop("peeping", "gallery.peeping.PeepingPlugin");
    try (PluginCatalog catalog = load()) {
      assertEquals(List.of(), catalog.problems());
      assertEquals(
          "dev.jacquard.spi.Spi java.util.List", catalog.plugin("peeping").orElseThrow().version());
    }
  }

  @Test
  void twoPluginsHaveTheirOwnCopyOfALibraryOfOneName() throws IOException {
    drop("left-library", "gallery.left.LeftPlugin");
    drop("right-library", "gallery.right.RightPlugin");
    try (PluginCatalog catalog = load()) {
      assertEquals(List.of(), catalog.problems());
      assertEquals("library of left", catalog.plugin("left").orElseThrow().version());
      assertEquals("library of right", catalog.plugin("right").orElseThrow().version());
    }
  }

  @Test
  void theSpiIsTheHostsOwn() throws Exception {
    drop("good", "gallery.good.GoodPlugin");
    try (PluginCatalog catalog = load()) {
      ClassLoader loader = loaderOf(catalog, "good");
      assertSame(Spi.class, loader.loadClass("dev.jacquard.spi.Spi"));
      assertEquals("plugin:good", loader.getName());
    }
  }

  @Test
  void serviceFilesOfTheHostDoNotLeakIn() throws Exception {
    Path hostJar =
        gallery()
            .jar()
            .withService("host.only.Plugin")
            .withText("host-only.txt", "seen")
            .write(temp.resolve("host.jar"));
    drop("good", "gallery.good.GoodPlugin");
    try (URLClassLoader host =
            new URLClassLoader(new URL[] {hostJar.toUri().toURL()}, getClass().getClassLoader());
        PluginCatalog catalog =
            new PluginLoader(host, ReservedNames.NONE)
                .load(List.of(), List.of(temp.resolve("plugins")))) {
      ClassLoader loader = loaderOf(catalog, "good");
      assertEquals(1, Collections.list(loader.getResources(ServiceFile.PATH)).size());
      assertEquals(0, Collections.list(loader.getResources("host-only.txt")).size());
    }
  }

  @Test
  void onePathHasOneLoaderAsLongAsACatalogIsOpen() throws IOException {
    drop("good", "gallery.good.GoodPlugin");
    ClassLoader before;
    try (PluginCatalog first = load();
        PluginCatalog second = load()) {
      before = loaderOf(first, "good");
      assertSame(before, loaderOf(second, "good"));
    }
    try (PluginCatalog later = load()) {
      assertNotSame(before, loaderOf(later, "good"));
    }
  }

  @Test
  void closingOneCatalogLeavesTheLoaderToTheOther() throws Exception {
    drop("left-library", "gallery.left.LeftPlugin");
    PluginCatalog first = load();
    try (PluginCatalog second = load()) {
      first.close();
      first.close();
      ClassLoader loader = loaderOf(second, "left");
      assertEquals(1, Collections.list(loader.getResources(ServiceFile.PATH)).size());
    }
  }

  @Test
  void aClosedCatalogHasClosedItsLoaders() throws IOException {
    drop("good", "gallery.good.GoodPlugin");
    PluginCatalog catalog = load();
    ClassLoader loader = loaderOf(catalog, "good");
    catalog.close();
    assertThrows(
        ClassNotFoundException.class, () -> loader.loadClass("gallery.good.NeverLoadedBefore"));
    assertEquals(0, Collections.list(loader.getResources(ServiceFile.PATH)).size());
  }

  @Test
  void pluginCodeRunsWithItsOwnContextClassLoader() throws IOException {
    drop("good", "gallery.good.GoodPlugin");
    ClassLoader mine = Thread.currentThread().getContextClassLoader();
    try (PluginCatalog catalog = load()) {
      LoadedPlugin plugin = catalog.plugin("good").orElseThrow();
      assertSame(
          loaderOf(catalog, "good"),
          plugin.call(() -> Thread.currentThread().getContextClassLoader()));
      assertThrows(
          IllegalStateException.class,
          () ->
              plugin.run(() -> {
                throw new IllegalStateException("passes through");
              }));
    }
    assertSame(mine, Thread.currentThread().getContextClassLoader());
  }

  private PluginGallery gallery() {
    return new PluginGallery(temp);
  }

  private void drop(String entry, String service) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("plugins"));
    gallery().jar().with(entry).withService(service).write(folder.resolve(entry + ".jar"));
  }

  private PluginCatalog load() {
    return new PluginLoader(getClass().getClassLoader(), ReservedNames.NONE)
        .load(List.of(), List.of(temp.resolve("plugins")));
  }

  private static ClassLoader loaderOf(PluginCatalog catalog, String id) {
    return catalog.plugin(id).orElseThrow().plugin().getClass().getClassLoader();
  }
}
