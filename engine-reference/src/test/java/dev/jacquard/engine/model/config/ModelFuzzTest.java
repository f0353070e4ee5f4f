package dev.jacquard.engine.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.model.file.AllocationMeter;
import dev.jacquard.engine.model.file.GgufWriter;
import dev.jacquard.engine.model.file.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damage to real files, through everything that reads them.
class ModelFuzzTest {
  private static final long BUDGET = 8 << 20;

  @TempDir Path dir;

  private static void readAll(Path path) {
    try (ModelFile file = ModelFile.open(path)) {
      ModelConfig config = ModelConfig.read(file);
      ModelWeights weights = ModelWeights.resolve(file, config);
      file.data(weights.get(TensorRole.OUTPUT_NORM));
      TokenizerSpec.read(file);
    }
  }

  private static SyntheticModel small() {
    return new SyntheticModel("llama").layers(1).dim(8).heads(2, 1, 4).ffn(8).vocab(264);
  }

  @Test
  void truncationsOfAModelsHeaderAreRefused() throws IOException {
    GgufWriter writer = small().gguf();
    byte[] whole = writer.bytes();
    int header = writer.header().length;
    Path file = dir.resolve("cut.gguf");
    Files.write(file, whole);
    readAll(file);
    AllocationMeter meter = new AllocationMeter(BUDGET);
    for (int length = 0; length < header; length += 13) {
      Files.write(file, Arrays.copyOf(whole, length));
      meter.run("cut to " + length + " bytes", () -> readAll(file));
    }
    assertEquals((header + 12) / 13, meter.refused());
  }

  @Test
  void flippedBytesInAModelsHeaderAreReadOrRefusedAndNothingElse() throws IOException {
    GgufWriter writer = small().gguf();
    byte[] whole = writer.bytes();
    int header = writer.header().length;
    Path file = dir.resolve("flipped.gguf");
    AllocationMeter meter = new AllocationMeter(BUDGET);
    for (int seed = 0; seed < 1000; seed++) {
      Random random = new Random(seed);
      byte[] flipped = whole.clone();
      for (int flips = 1 + seed % 4; flips > 0; flips--) {
        flipped[random.nextInt(header)] = (byte) random.nextInt(256);
      }
      Files.write(file, flipped);
      meter.run("new Random(" + seed + ")", () -> readAll(file));
    }
    assertTrue(meter.refused() > 200, "only " + meter.refused() + " of 1000 were refused");
  }

  @Test
  void flippedBytesInAFoldersJsonAreReadOrRefusedAndNothingElse() throws IOException {
    Path folder = small().writeSafetensors(dir.resolve("hf"));
    AllocationMeter meter = new AllocationMeter(BUDGET);
    for (String name : new String[] {"config.json", "tokenizer.json", "tokenizer_config.json"}) {
      Path file = folder.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int seed = 0; seed < 250; seed++) {
        Random random = new Random(seed);
        byte[] flipped = whole.clone();
        for (int flips = 1 + seed % 4; flips > 0; flips--) {
          flipped[random.nextInt(whole.length)] = (byte) (32 + random.nextInt(95));
        }
        Files.write(file, flipped);
        meter.run(name + ", new Random(" + seed + ")", () -> readAll(folder));
      }
      Files.write(file, whole);
    }
    readAll(folder);
    assertTrue(meter.refused() > 200, "only " + meter.refused() + " of 750 were refused");
  }
}
