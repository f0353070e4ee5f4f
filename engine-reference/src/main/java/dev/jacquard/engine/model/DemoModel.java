package dev.jacquard.engine.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The small model that ships inside the engine: trained from public-domain text by the script in `demo-model/`, good for a first try and for tests, not for answers.
public final class DemoModel {
  /// What it is called.
  public static final String NAME = "jacquard-demo";

  private static final String RESOURCE = "/dev/jacquard/engine/demo/jacquard-demo.gguf";

  private DemoModel() {}

  /// Opens the embedded model. Mapping needs a file, so a copy lies in the temporary folder while it is open.
  public static LoadedModel open() {
    Path copy;
    try (InputStream in = DemoModel.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(
            "the engine's jar lacks " + RESOURCE + "; build it again, or name a model by --model");
      }
      copy = Files.createTempFile("jacquard-demo-", ".gguf");
      try {
        Files.copy(in, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return LoadedModel.open(copy).renamed(NAME);
      } finally {
        // what is mapped stays readable without a name; where the system forbids this the copy goes
        // at exit
        deleteNowOrLater(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the demo model to the temporary folder", e);
    }
  }

  private static void deleteNowOrLater(Path copy) {
    try {
      Files.deleteIfExists(copy);
    } catch (IOException e) {
      copy.toFile().deleteOnExit();
    }
  }
}
