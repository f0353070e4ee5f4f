package dev.jacquard.engine.model.file;

import static dev.jacquard.engine.model.file.Refusals.assertRefused;

import dev.jacquard.spi.kernel.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufHostileTest {
  @TempDir Path dir;

  private void refused(byte[] bytes, String... parts) {
    Path file = dir.resolve("bad.gguf");
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertRefused(() -> GgufFile.open(file).close(), parts);
  }

  private static byte[] changed(byte[] bytes, Consumer<ByteBuffer> change) {
    change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    return bytes;
  }

  private static byte[] small() {
    return new GgufWriter().put("key", 1).tensor("t", DType.F32, new float[4], 4).bytes();
  }

  private static GgufWriter one(int type, long... ne) {
    return new GgufWriter().raw("the.tensor", type, ne, new byte[256], null);
  }

  private static byte[] text(String start) {
    return start.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void otherFormatsAreNamed() {
    refused(text("version https://git-lfs.github.com/spec/v1\n"), "Git LFS pointer", "lfs pull");
    refused(text("PK\u0003\u0004..............."), "ZIP archive", "PyTorch");
    refused(text("tjgg..............."), "older than GGUF");
    refused(text("<!DOCTYPE html>"), "not a GGUF file", "3c21444f");
    refused(text("GG"), "has 2 bytes");
  }

  @Test
  void versionsAndByteOrdersThatAreNotReadAreNamed() {
    refused(changed(small(), b -> b.putInt(4, 1)), "GGUF version 1", "2 and 3");
    refused(changed(small(), b -> b.putInt(4, 4)), "GGUF version 4", "update");
    refused(changed(small(), b -> b.putInt(4, Integer.reverseBytes(3))), "big-endian");
    refused(text("FUGG\u0000\u0000\u0000\u0003"), "big-endian");
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 60, -1, Long.MAX_VALUE, 1_000_000_000L, 10})
  void absurdCountsAreRefusedBeforeTheyAreBelieved(long count) {
    String shown = Long.toUnsignedString(count);
    refused(changed(small(), b -> b.putLong(8, count)), "number of tensors is " + shown);
    refused(changed(small(), b -> b.putLong(16, count)), "metadata entries is " + shown);
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 62, -5, 200})
  void stringsBeyondTheFileAreRefused(long length) {
    refused(
        changed(small(), b -> b.putLong(24, length)),
        "metadata key 0 claims " + Long.toUnsignedString(length) + " bytes at byte 32");
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 61, -1, 1000})
  void arraysBeyondTheFileAreRefused(long count) {
    for (int type : new int[] {0, 5, 8, 12}) {
      ByteBuffer head = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      head.putInt(type).putLong(count);
      byte[] file = new GgufWriter().put("list", new GgufWriter.Raw(9, head.array())).bytes();
      refused(file, "length of metadata array 'list' is " + Long.toUnsignedString(count));
    }
  }

  @Test
  void nestedArraysAndUnknownTypesAreRefused() {
    GgufWriter.Raw nested = new GgufWriter.Raw(9, new byte[] {9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0});
    refused(new GgufWriter().put("list", nested).bytes(), "'list' is an array of arrays");
    GgufWriter.Raw strange = new GgufWriter.Raw(13, new byte[8]);
    refused(new GgufWriter().put("odd", strange).bytes(), "type of metadata key 'odd' is 13");
    GgufWriter.Raw inside = new GgufWriter.Raw(9, new byte[] {77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    refused(new GgufWriter().put("odd", inside).bytes(), "element type", "'odd' is 77");
  }

  @Test
  void namesMustBeThereOnceAndBeText() {
    float[] four = new float[4];
    refused(
        new GgufWriter().tensor("t", DType.F32, four, 4).tensor("t", DType.F32, four, 4).bytes(),
        "tensor 't' occurs twice");
    refused(
        changed(
            new GgufWriter().put("ab", 1).put("ac", 1).bytes(),
            b -> b.put(32 + 2 + 8 + 8 + 1, (byte) 'b')),
        "metadata key 'ab' occurs twice");
    refused(new GgufWriter().put("", 1).bytes(), "metadata key 0", "empty");
    refused(
        changed(new GgufWriter().put("ab", 1).bytes(), b -> b.put(32, (byte) 0xff)),
        "metadata key 0",
        "UTF-8");
    refused(
        new GgufWriter().tensor("n".repeat(2000), DType.F32, four, 4).bytes(),
        "name of tensor 0",
        "2000 bytes long");
  }

  @Test
  void unknownTensorTypesAreNamedWithWhatIsSupported() {
    refused(
        one(23, 256).bytes(),
        "tensor 'the.tensor' is of type 23 (IQ4_XS)",
        "F32, F16, BF16, Q8_0, Q4_0",
        "Q4_K");
    refused(one(4, 256).bytes(), "4 (Q4_2 (withdrawn))");
    refused(one(99, 256).bytes(), "99 (unknown to this version)");
    refused(one(-1, 256).bytes(), "4294967295 (unknown");
  }

  @Test
  void shapesThatCannotBeAreRefused() {
    refused(one(0).bytes(), "'the.tensor' has 0 dimensions");
    refused(one(0, 1, 1, 1, 1, 1).bytes(), "has 5 dimensions");
    refused(one(0, 4, 0).bytes(), "shape [0, 4]", "positive");
    refused(one(0, 4, -3).bytes(), "shape [-3, 4]", "positive");
    refused(one(8, 40).bytes(), "rows of 40 elements", "32", "Q8_0");
    refused(one(0, 1L << 31, 1L << 31, 4).bytes(), "too large");
    refused(one(0, 1L << 62).bytes(), "too large");
    refused(one(2, 1L << 40, 1L << 23).bytes(), "too large");
    refused(one(0, 1000).bytes(), "needs 4000 bytes");
  }

  @Test
  void offsetsOutsideUnalignedOrOverlappingAreRefused() {
    byte[] data = new byte[64];
    for (long offset : new long[] {64, 1L << 40, Long.MAX_VALUE - 31}) {
      refused(
          new GgufWriter().raw("t", 0, new long[] {16}, data, offset).bytes(),
          "'t' needs 64 bytes at offset " + offset);
    }
    for (long offset : new long[] {8, -32}) {
      refused(
          new GgufWriter().raw("t", 0, new long[] {16}, data, offset).bytes(),
          "'t' has offset " + Long.toUnsignedString(offset),
          "alignment 32");
    }
    refused(
        new GgufWriter()
            .raw("a", 0, new long[] {16}, data, 0L)
            .raw("b", 0, new long[] {16}, data, 32L)
            .bytes(),
        "tensors 'a' and 'b' overlap");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 33, 48, -1, 1 << 30})
  void alignmentsThatAreNoPowerOfTwoAreRefused(int alignment) {
    refused(
        new GgufWriter().put("general.alignment", alignment).bytes(),
        "'general.alignment' = " + Integer.toUnsignedString(alignment));
  }
}
