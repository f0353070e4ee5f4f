package dev.jacquard.engine.model.file;

import static dev.jacquard.engine.model.file.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.kernel.DType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
  @TempDir Path dir;

  private static TensorInfo tensor(ModelFile file, String name) {
    TensorInfo tensor = file.find(name);
    assertNotNull(tensor, name);
    return tensor;
  }

  private static float[] ramp(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i - count / 2f;
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void everyMetadataTypeIsRead(int version) {
    GgufWriter writer =
        new GgufWriter()
            .version(version)
            .put("u8", new GgufWriter.Raw(0, new byte[] {(byte) 200}))
            .put("i8", new GgufWriter.Raw(1, new byte[] {(byte) 200}))
            .put("u16", new GgufWriter.Raw(2, new byte[] {1, (byte) 255}))
            .put("i16", new GgufWriter.Raw(3, new byte[] {1, (byte) 255}))
            .put("u32", -1)
            .put("i32", new GgufWriter.Raw(5, new byte[] {-2, -1, -1, -1}))
            .put("f32", 1.5f)
            .put("bool", true)
            .put("string", "grün\n")
            .put("u64", 1L << 40)
            .put("u64 beyond long", -1L)
            .put("i64", new GgufWriter.Raw(11, new byte[] {-3, -1, -1, -1, -1, -1, -1, -1}))
            .put("f64", 0.1)
            .put("strings", List.of("a", "", "日本"))
            .put("ints", new int[] {3, -4})
            .put("floats", new float[] {0.5f, -2})
            .put("none", List.of());
    try (GgufFile file = GgufFile.open(writer.write(dir.resolve("m.gguf")))) {
      Metadata meta = file.metadata();
      assertEquals(new MetaValue.Whole(200), meta.get("u8"));
      assertEquals(new MetaValue.Whole(-56), meta.get("i8"));
      assertEquals(new MetaValue.Whole(65_281), meta.get("u16"));
      assertEquals(new MetaValue.Whole(-255), meta.get("i16"));
      assertEquals(new MetaValue.Whole(4_294_967_295L), meta.get("u32"));
      assertEquals(new MetaValue.Whole(-2), meta.get("i32"));
      assertEquals(1.5, meta.real("f32"));
      assertTrue(meta.flagOr("bool", false));
      assertEquals("grün\n", meta.text("string"));
      assertEquals(new MetaValue.Whole(1L << 40), meta.get("u64"));
      assertEquals(new MetaValue.Real(0x1p64), meta.get("u64 beyond long"));
      assertEquals(new MetaValue.Whole(-3), meta.get("i64"));
      assertEquals(0.1, meta.real("f64"));
      assertEquals(List.of("a", "", "日本"), meta.texts("strings"));
      NumberList ints = meta.numbersOrNull("ints");
      assertNotNull(ints);
      assertEquals(-4, ints.longAt(1));
      assertThrows(IndexOutOfBoundsException.class, () -> ints.longAt(2));
      NumberList floats = meta.numbersOrNull("floats");
      assertNotNull(floats);
      assertEquals(0.5, floats.doubleAt(0));
      assertEquals(List.of(), meta.texts("none"));
      assertEquals(17, meta.keys().size());
      assertNull(meta.get("absent"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0"})
  void tensorsComeBackWithTheirBytesAndRowMajorShape(DType type) {
    float[] values = ramp(3 * 64);
    GgufWriter writer =
        new GgufWriter()
            .tensor("first", DType.F32, ramp(5), 5)
            .tensor("w", type, values, 3, 64)
            .tensor("cube", DType.F32, ramp(24), 2, 3, 4);
    try (ModelFile file = ModelFile.open(writer.write(dir.resolve("m.gguf")))) {
      assertEquals(
          List.of("first", "w", "cube"), file.tensors().stream().map(TensorInfo::name).toList());
      TensorInfo w = tensor(file, "w");
      assertArrayEquals(new long[] {3, 64}, w.shape());
      assertEquals(3, w.rows());
      assertEquals(64, w.columns());
      assertEquals(0, w.offset() % 32);
      byte[] expected = TensorBytes.encode(type, values);
      MemorySegment data = file.data(w);
      assertTrue(data.isReadOnly());
      assertArrayEquals(expected, data.toArray(ValueLayout.JAVA_BYTE));
      if (type.blockElements() == 1) {
        assertArrayEquals(TensorBytes.decode(type, expected), file.floats(w));
      } else {
        assertThrows(IllegalArgumentException.class, () -> file.floats(w));
      }
      assertTrue(tensor(file, "cube").hasShape(2, 3, 4));
      assertEquals(6, tensor(file, "cube").rows());
      assertNull(file.find("W"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 64, 4096})
  void theAlignmentOfTheFileIsUsed(int alignment) {
    GgufWriter writer =
        new GgufWriter()
            .alignment(alignment)
            .tensor("a", DType.F32, ramp(3), 3)
            .tensor("b", DType.F32, ramp(2), 2);
    try (ModelFile file = ModelFile.open(writer.write(dir.resolve("m.gguf")))) {
      assertArrayEquals(ramp(3), file.floats(tensor(file, "a")));
      assertArrayEquals(ramp(2), file.floats(tensor(file, "b")));
      assertEquals(0, tensor(file, "b").offset() % alignment);
    }
  }

  @Test
  void afterCloseNothingCanBeReadAndClosingAgainIsAllowed() {
    GgufWriter writer = new GgufWriter().put("s", List.of("x")).tensor("a", DType.F32, ramp(3), 3);
    ModelFile file = ModelFile.open(writer.write(dir.resolve("m.gguf")));
    MemorySegment data = file.data(tensor(file, "a"));
    List<String> strings = file.metadata().texts("s");
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> data.get(ValueLayout.JAVA_BYTE, 0));
    assertThrows(IllegalStateException.class, strings::getFirst);
  }

  @Test
  void aTensorOfAnotherFileIsNotServed() {
    Path one = new GgufWriter().tensor("a", DType.F32, ramp(3), 3).write(dir.resolve("1.gguf"));
    Path two = new GgufWriter().tensor("a", DType.F32, ramp(4), 4).write(dir.resolve("2.gguf"));
    try (ModelFile first = ModelFile.open(one);
        ModelFile second = ModelFile.open(two)) {
      assertThrows(IllegalArgumentException.class, () -> first.data(tensor(second, "a")));
    }
  }

  @Test
  void metadataAccessNamesKeyValueAndFile() {
    Path path = new GgufWriter().put("n", 7).put("s", "x").write(dir.resolve("m.gguf"));
    try (ModelFile file = ModelFile.open(path)) {
      Metadata meta = file.metadata();
      assertRefused(() -> meta.whole("n", 8, 9), "m.gguf", "'n' = 7", "between 8 and 9");
      assertRefused(() -> meta.whole("s", 8, 9), "'s' = 'x'", "integer");
      assertRefused(() -> meta.text("n"), "'n' = 7", "string");
      assertRefused(() -> meta.text("t"), "'t' (missing)");
      assertRefused(() -> meta.real("s"), "'s'", "number");
      assertRefused(() -> meta.flagOr("n", true), "'n' = 7", "true or false");
      assertRefused(() -> meta.texts("n"), "'n' = 7", "array of strings");
      assertRefused(() -> meta.numbersOrNull("s"), "'s'", "array of numbers");
      assertEquals(5, meta.wholeOr("absent", 0, 9, 5));
      assertFalse(meta.flagOr("absent", false));
    }
  }

  @Test
  void hostileNamesCannotForgeLogLines() {
    assertEquals("'a\\u000ab\\u001b'", ModelFileException.quote("a\nb\u001b"));
    assertEquals(85, ModelFileException.quote("x".repeat(500)).length());
  }

  @Test
  void tensorsBeyondTwoGibibytesAreReached() throws IOException {
    long big = 1_200_000_000L;
    GgufWriter writer =
        new GgufWriter()
            .raw("big", 1, new long[] {big}, new byte[0], null)
            .raw("after", 0, new long[] {1}, new byte[0], 2 * big);
    Path path = dir.resolve("big.gguf");
    byte[] header = writer.bytes();
    try (RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
      out.write(header);
      out.seek(header.length + 2 * big);
      out.write(new byte[] {0, 0, (byte) 0x80, 0x3f});
    }
    try (ModelFile file = ModelFile.open(path)) {
      assertEquals(2 * big, file.data(tensor(file, "big")).byteSize());
      assertArrayEquals(new float[] {1}, file.floats(tensor(file, "after")));
      assertThrows(IllegalArgumentException.class, () -> file.floats(tensor(file, "big")));
    }
  }

  private static GgufWriter part(int number, int count, @Nullable Integer tensors) {
    GgufWriter writer = new GgufWriter();
    if (number == 0) {
      writer.put("general.architecture", "llama");
    }
    writer
        .put("split.no", new GgufWriter.Raw(2, new byte[] {(byte) number, 0}))
        .put("split.count", new GgufWriter.Raw(2, new byte[] {(byte) count, 0}));
    return tensors == null ? writer : writer.put("split.tensors.count", tensors);
  }

  @Test
  void aSplitModelIsOneModel() {
    part(0, 3, 2).tensor("a", DType.F32, ramp(3), 3).write(dir.resolve("m-00001-of-00003.gguf"));
    part(1, 3, 2).write(dir.resolve("m-00002-of-00003.gguf"));
    part(2, 3, 2).tensor("b", DType.F32, ramp(4), 4).write(dir.resolve("m-00003-of-00003.gguf"));
    try (ModelFile file = ModelFile.open(dir.resolve("m-00001-of-00003.gguf"))) {
      assertEquals(2, file.tensors().size());
      assertEquals(2, tensor(file, "b").part());
      assertArrayEquals(ramp(3), file.floats(tensor(file, "a")));
      assertArrayEquals(ramp(4), file.floats(tensor(file, "b")));
      assertEquals("llama", file.metadata().text("general.architecture"));
    }
  }

  @Test
  void splitModelsWithPartsMissingWrongOrDoubledAreRefused() {
    Path first = dir.resolve("m-00001-of-00002.gguf");
    Path second = dir.resolve("m-00002-of-00002.gguf");
    part(0, 2, 2).tensor("a", DType.F32, ramp(3), 3).write(first);
    assertRefused(() -> ModelFile.open(first), "m-00002-of-00002.gguf", "no such file");
    part(0, 2, 2).tensor("b", DType.F32, ramp(3), 3).write(second);
    assertRefused(() -> ModelFile.open(first), "m-00002-of-00002.gguf", "split.no", "should be 1");
    part(1, 2, 2).tensor("a", DType.F32, ramp(3), 3).write(second);
    assertRefused(() -> ModelFile.open(first), "'a' is also in", "m-00001-of-00002.gguf");
    part(1, 2, 2).write(second);
    assertRefused(() -> ModelFile.open(first), "split.tensors.count' = 2", "hold 1");
    assertRefused(() -> ModelFile.open(second), "split.no' = 1", "give m-00001-of-00002.gguf");
    Path renamed = part(0, 2, 2).write(dir.resolve("x.gguf"));
    assertRefused(() -> ModelFile.open(renamed), "split.count' = 2", "NAME-00001-of-00002.gguf");
  }

  @Test
  void missingFilesAndFoldersAreRefused() throws IOException {
    assertRefused(() -> ModelFile.open(dir.resolve("none.gguf")), "none.gguf", "no such file");
    assertRefused(() -> GgufFile.open(dir), "not a regular file");
    Path empty = Files.createFile(dir.resolve("empty.gguf"));
    assertRefused(() -> ModelFile.open(empty), "has 0 bytes");
  }
}
