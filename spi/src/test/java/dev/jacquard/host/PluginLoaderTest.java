package dev.jacquard.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.host.LoadedPlugin.Origin;
import dev.jacquard.host.PluginProblem.Kind;
import dev.jacquard.spi.Spi;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginLoaderTest {
  @TempDir Path temp;
  private PluginGallery gallery;
  private Path folder;
  private PluginCatalog catalog;

  @BeforeEach
  void openGallery() throws IOException {
    gallery = new PluginGallery(temp);
    folder = Files.createDirectories(temp.resolve("plugins"));
  }

  @AfterEach
  void closeCatalog() {
    if (catalog != null) {
      catalog.close();
    }
  }

  @Test
  void aJarInTheFolderBecomesAPluginWithItsNames() throws IOException {
    drop("good.jar", "good", "gallery.good.GoodPlugin");
    load();
    assertEquals(List.of(), catalog.problems());
    LoadedPlugin plugin = catalog.plugin("good").orElseThrow();
    assertEquals("1.2.3", plugin.version());
    assertEquals(Origin.FOLDER, plugin.origin());
    assertEquals("good 1.2.3 (" + folder.resolve("good.jar") + ")", plugin.toString());
    assertEquals(Set.of("good-blocks"), catalog.blockManagers().keySet());
    assertEquals(plugin, catalog.blockManagers().get("good-blocks").plugin());
  }

  @Test
  void aFolderOfJarsIsOnePluginWithItsLibraries() throws IOException {
    Path place = folder.resolve("left");
    gallery
        .jar()
        .with("left-library")
        .without("gallery/shared/Library.class")
        .withService("gallery.left.LeftPlugin")
        .write(place.resolve("a-plugin.jar"));
    gallery
        .jar()
        .with("left-library")
        .without("gallery/left/LeftPlugin.class")
        .write(place.resolve("z-library.jar"));
    load();
    assertEquals(List.of(), catalog.problems());
    assertEquals("library of left", catalog.plugin("left").orElseThrow().version());
  }

  @Test
  void pluginsOfAFolderComeByNameAfterTheBuiltInOnes() throws IOException {
    drop("b.jar", "good", "gallery.good.GoodPlugin");
    drop("a.jar", "left-library", "gallery.left.LeftPlugin");
    Files.writeString(folder.resolve("README.txt"), "not a plugin");
    Files.writeString(folder.resolve(".hidden.jar"), "not a plugin either");
    catalog = loader().load(List.of(FakePlugin.reference()), List.of(folder));
    assertEquals(List.of(), catalog.problems());
    assertEquals(
        List.of("reference", "left", "good"),
        catalog.plugins().stream().map(LoadedPlugin::id).toList());
  }

  @Test
  void onePlaceAloneIsLoadedAndWhatIsNoneIsAProblem() throws IOException {
    drop("b.jar", "good", "gallery.good.GoodPlugin");
    drop("a.jar", "left-library", "gallery.left.LeftPlugin");
    catalog = loader().loadOnly(folder.resolve("b.jar"));
    assertEquals(List.of("good"), catalog.plugins().stream().map(LoadedPlugin::id).toList());
    Path text = Files.writeString(folder.resolve("README.txt"), "not a plugin");
    for (Path none : List.of(text, folder.resolve("nowhere.jar"))) {
      try (PluginCatalog nothing = loader().loadOnly(none)) {
        assertEquals(List.of(), nothing.plugins());
        assertEquals(1, nothing.problems().size());
      }
    }
  }

  @Test
  void aFolderThatDoesNotExistHoldsNoPlugins() {
    catalog = loader().load(List.of(), List.of(temp.resolve("nowhere")));
    assertEquals(List.of(), catalog.plugins());
    assertEquals(List.of(), catalog.problems());
  }

  @Test
  void aPluginOnTheClassPathIsFoundToo() throws IOException {
    Path jar = temp.resolve("classpath.jar");
    gallery.jar().with("good").withService("gallery.good.GoodPlugin").write(jar);
    try (URLClassLoader host =
            new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader());
        PluginCatalog found =
            new PluginLoader(host, ReservedNames.NONE).load(List.of(), List.of())) {
      LoadedPlugin plugin = found.plugin("good").orElseThrow();
      assertEquals(Origin.CLASS_PATH, plugin.origin());
      assertTrue(
          plugin.location().startsWith("class path ")
              && plugin.location().endsWith("classpath.jar"),
          plugin.location());
    }
  }

  @Test
  void aJarWithoutServiceFileSaysWhatToAdd() throws IOException {
    gallery.jar().with("good").write(folder.resolve("my.jar"));
    PluginProblem problem = onlyProblem(Kind.NO_SERVICE_FILE);
    assertEquals(
        folder.resolve("my.jar")
            + ": no META-INF/services/dev.jacquard.spi.plugin.EnginePlugin: add this file with the full name of the public class that implements EnginePlugin, or take the jar out of the plugin folder",
        problem.line());
  }

  @Test
  void anEmptyServiceFileNamesNoClass() throws IOException {
    gallery.jar().with("good").withService("# nothing yet").write(folder.resolve("my.jar"));
    assertSays(onlyProblem(Kind.NO_SERVICE_FILE), "EnginePlugin names no class: add this file");
  }

  @Test
  void anEmptyPluginFolderSaysThatItHoldsNoJar() throws IOException {
    Files.createDirectories(folder.resolve("empty"));
    assertSays(onlyProblem(Kind.NO_SERVICE_FILE), "the folder holds no jar");
  }

  @Test
  void aFileThatIsNoJarIsNamed() throws IOException {
    Files.writeString(folder.resolve("text.jar"), "I am not a zip file");
    assertSays(onlyProblem(Kind.UNREADABLE), "text.jar is not a readable jar");
  }

  @Test
  void aServiceFileThatNamesAMissingClassNamesIt() throws IOException {
    drop("my.jar", "good", "gallery.good.GodPlugin");
    assertSays(onlyProblem(Kind.CLASS_MISSING), "names gallery.good.GodPlugin, which is not there");
  }

  @Test
  void aMissingSuperclassIsNamed() throws IOException {
    gallery
        .jar()
        .with("missing-dependency")
        .without("gallery/missingdependency/Base.class")
        .withService("gallery.missingdependency.NeedyPlugin")
        .write(folder.resolve("my.jar"));
    assertSays(
        onlyProblem(Kind.LINKAGE), "class gallery.missingdependency.Base is missing: put the");
  }

  @Test
  void aClassOfTheHostIsNamedAsInvisible() throws IOException {
    drop("my.jar", "host-class", "gallery.hostclass.HostClassPlugin");
    assertSays(
        onlyProblem(Kind.LINKAGE),
        "class dev.jacquard.host.PluginLoader cannot be seen: of Jacquard, a plugin sees dev.jacquard.spi alone");
  }

  @Test
  void aConstructorThatThrowsIsToldWithItsMessage() throws IOException {
    drop("my.jar", "throwing-constructor", "gallery.throwingconstructor.ThrowingConstructorPlugin");
    PluginProblem problem = onlyProblem(Kind.CONSTRUCTOR_FAILED);
    assertSays(
        problem,
        "the constructor of gallery.throwingconstructor.ThrowingConstructorPlugin failed: java.lang.IllegalStateException: no device");
    assertNotNull(problem.cause());
  }

  @Test
  void aPrivateConstructorIsNoWayIn() throws IOException {
    drop("my.jar", "private-constructor", "gallery.privateconstructor.PrivateConstructorPlugin");
    assertSays(
        onlyProblem(Kind.NO_PUBLIC_CONSTRUCTOR), "has no public constructor without parameters");
  }

  @Test
  void aClassThatIsNotPublicIsNoPlugin() throws IOException {
    drop("my.jar", "hidden-class", "gallery.hiddenclass.HiddenPlugin");
    assertSays(
        onlyProblem(Kind.NOT_PUBLIC), "gallery.hiddenclass.HiddenPlugin must be a public class");
  }

  @Test
  void aClassThatIsNoEnginePluginIsRefused() throws IOException {
    drop("my.jar", "not-a-plugin", "gallery.notaplugin.NotAPlugin");
    assertSays(
        onlyProblem(Kind.NOT_A_PLUGIN),
        "gallery.notaplugin.NotAPlugin does not implement dev.jacquard.spi.plugin.EnginePlugin");
  }

  @Test
  void aStaticInitialiserThatThrowsIsToldWithItsCause() throws IOException {
    drop("my.jar", "throwing-static", "gallery.throwingstatic.ThrowingStaticPlugin");
    PluginProblem problem = onlyProblem(Kind.STATIC_INITIALISER_FAILED);
    assertSays(problem, "a static initialiser threw java.lang.NumberFormatException");
    assertSays(problem, "not a number");
  }

  @Test
  void anotherMajorVersionIsRefusedWithBothVersionsAndNothingElseIsAsked() throws IOException {
    drop("my.jar", "newer-major", "gallery.newermajor.NewerMajorPlugin");
    assertSays(
        onlyProblem(Kind.SPI_VERSION),
        "newer-major 2.0.0 was compiled against SPI "
            + (Spi.MAJOR + 1)
            + ".0 and this host runs SPI "
            + Spi.version());
  }

  @Test
  void aNewerMinorVersionIsRefusedWithBothVersions() throws IOException {
    drop("my.jar", "newer-minor", "gallery.newerminor.NewerMinorPlugin");
    assertSays(
        onlyProblem(Kind.SPI_VERSION),
        "newer-minor 2.0.0 was compiled against SPI "
            + Spi.MAJOR
            + "."
            + (Spi.MINOR + 1)
            + " and this host runs SPI "
            + Spi.version());
  }

  @Test
  void aNullDescriptorIsRefused() throws IOException {
    drop("my.jar", "null-descriptor", "gallery.nulldescriptor.NullDescriptorPlugin");
    assertSays(onlyProblem(Kind.BAD_DESCRIPTOR), "descriptor() answered null");
  }

  @Test
  void theNameReferenceBelongsToTheHost() throws IOException {
    drop("my.jar", "reserved-name", "gallery.reservedname.ReservedNamePlugin");
    assertSays(
        onlyProblem(Kind.RESERVED_NAME), "the scheduler name 'reference' is reserved for the host");
  }

  @Test
  void aJarThatBundlesTheSpiIsRefused() throws IOException {
    gallery
        .jar()
        .with("good")
        .withText("dev/jacquard/spi/Spi.class", "a copy")
        .withService("gallery.good.GoodPlugin")
        .write(folder.resolve("fat.jar"));
    PluginProblem problem = onlyProblem(Kind.BUNDLED_SPI);
    assertSays(problem, "fat.jar bundles the SPI (dev/jacquard/spi/Spi.class)");
    assertSays(problem, "scope provided");
  }

  @Test
  void aClassFromElsewhereIsIgnored() throws IOException {
    drop("my.jar", "good", "java.util.ArrayList");
    assertSays(onlyProblem(Kind.FOREIGN_CLASS), "java.util.ArrayList is named by the service file");
  }

  @Test
  void aGoodPluginBesideABadOneInOneJarIsLoaded() throws IOException {
    gallery
        .jar()
        .with("good")
        .with("throwing-constructor")
        .withService(
            "gallery.throwingconstructor.ThrowingConstructorPlugin", "gallery.good.GoodPlugin")
        .write(folder.resolve("my.jar"));
    load();
    assertEquals(1, catalog.problems().size());
    assertEquals(Kind.CONSTRUCTOR_FAILED, catalog.problems().getFirst().kind());
    assertTrue(catalog.plugin("good").isPresent());
  }

  @Test
  void brokenJarsDoNotHideTheGoodOnesAfterThem() throws IOException {
    Files.writeString(folder.resolve("a.jar"), "broken");
    drop("b.jar", "throwing-static", "gallery.throwingstatic.ThrowingStaticPlugin");
    drop("c.jar", "good", "gallery.good.GoodPlugin");
    load();
    assertEquals(2, catalog.problems().size());
    assertTrue(catalog.plugin("good").isPresent());
  }

  @Test
  void onePluginInTwoPlacesIsAConflictThatNamesBoth() throws IOException {
    drop("a.jar", "good", "gallery.good.GoodPlugin");
    drop("b.jar", "good", "gallery.good.GoodPlugin");
    PluginProblem problem = onlyProblem(Kind.DUPLICATE_ID);
    assertTrue(problem.kind().isConflict());
    assertSays(problem, "good 1.2.3 (" + folder.resolve("a.jar") + ")");
    assertSays(problem, "good 1.2.3 (" + folder.resolve("b.jar") + ")");
  }

  private PluginLoader loader() {
    return new PluginLoader(getClass().getClassLoader(), ReservedNames.NONE);
  }

  private void load() {
    catalog = loader().load(List.of(), List.of(folder));
  }

  private void drop(String jar, String entry, String service) throws IOException {
    gallery.jar().with(entry).withService(service).write(folder.resolve(jar));
  }

  private PluginProblem onlyProblem(Kind kind) {
    load();
    assertEquals(1, catalog.problems().size(), () -> catalog.problems().toString());
    PluginProblem problem = catalog.problems().getFirst();
    assertEquals(kind, problem.kind(), problem::line);
    return problem;
  }

  private static void assertSays(PluginProblem problem, String part) {
    assertTrue(
        problem.line().contains(part), () -> "'" + problem.line() + "' lacks '" + part + "'");
  }
}
