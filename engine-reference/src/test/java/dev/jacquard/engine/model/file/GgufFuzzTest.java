package dev.jacquard.engine.model.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.kernel.DType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class GgufFuzzTest {
  private static final Path NAME = Path.of("fuzz.gguf");
  private static final long BUDGET = 2 << 20;

  private static GgufWriter valid() {
    return new GgufWriter()
        .alignment(64)
        .put("general.architecture", "llama")
        .put("a.u64", 77L)
        .put("a.f64", 0.25)
        .put("a.strings", List.of("one", "two", "", "vier"))
        .put("a.ints", new int[] {1, 2, 3, 4, 5})
        .put("a.floats", new float[] {1, 2})
        .put("a.flag", true)
        .tensor("token_embd.weight", DType.F16, new float[64], 2, 32)
        .tensor("blk.0.attn_q.weight", DType.Q8_0, new float[96], 3, 32)
        .tensor("output_norm.weight", DType.F32, new float[7], 7);
  }

  private static void touchEverything(byte[] bytes) {
    GgufHeader header = GgufHeader.read(NAME, MemorySegment.ofArray(bytes), 0);
    for (String key : header.metadata().keys()) {
      MetaValue value = header.metadata().get(key);
      if (value instanceof MetaValue.Texts texts) {
        texts.values().forEach(Assertions::assertNotNull);
      } else if (value instanceof MetaValue.Numbers numbers) {
        for (int i = 0; i < numbers.values().size(); i++) {
          numbers.values().doubleAt(i);
        }
      }
    }
    TensorTable table = new TensorTable(List.of(MemorySegment.ofArray(bytes)), header.tensors());
    table.all().forEach(t -> assertEquals(t.bytes(), table.data(t).byteSize()));
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = valid().bytes();
    AllocationMeter meter = new AllocationMeter(BUDGET);
    touchEverything(whole);
    int lengths = whole.length - 40; // the last tensor has 28 bytes and 36 of padding
    for (int length = 0; length < lengths; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      meter.run("cut to " + length + " bytes", () -> touchEverything(cut));
    }
    assertEquals(lengths, meter.refused());
  }

  @Test
  void flippedBytesAreReadOrRefusedAndNothingElse() {
    byte[] whole = valid().bytes();
    int header = valid().header().length;
    AllocationMeter meter = new AllocationMeter(BUDGET);
    for (int seed = 0; seed < 4000; seed++) {
      Random random = new Random(seed);
      byte[] flipped = whole.clone();
      for (int flips = 1 + seed % 3; flips > 0; flips--) {
        flipped[random.nextInt(header)] = (byte) random.nextInt(256);
      }
      meter.run("new Random(" + seed + ")", () -> touchEverything(flipped));
    }
    assertTrue(meter.refused() > 1000, "only " + meter.refused() + " of 4000 were refused");
  }
}
