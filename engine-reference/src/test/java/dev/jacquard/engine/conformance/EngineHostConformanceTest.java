package dev.jacquard.engine.conformance;

import dev.jacquard.conformance.host.HostUnderTest;
import dev.jacquard.conformance.jupiter.HostConformance;
import dev.jacquard.engine.model.config.SyntheticModel;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The engine keeps every promise that binds a host.
class EngineHostConformanceTest extends HostConformance {
  private static final int LAYERS = 2;
  private static final int KV_HEADS = 2;
  private static final int HEAD_DIM = 16;
  private static final long BYTES_PER_TOKEN = 2L * LAYERS * KV_HEADS * HEAD_DIM * Float.BYTES;

  @TempDir private static Path folder;

  @BeforeAll
  static void writeModel() {
    new SyntheticModel("llama")
        .layers(LAYERS)
        .heads(4, KV_HEADS, HEAD_DIM)
        .seed(11)
        .writeGguf(folder.resolve("model.gguf"));
  }

  @Override
  protected HostUnderTest host() {
    return new EngineHost(folder.resolve("model.gguf"), BYTES_PER_TOKEN, folder);
  }
}
