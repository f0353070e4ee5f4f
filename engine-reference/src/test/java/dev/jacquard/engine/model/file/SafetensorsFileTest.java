package dev.jacquard.engine.model.file;

import static dev.jacquard.engine.model.file.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.kernel.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsFileTest {
  private static final Path NAME = Path.of("fuzz.safetensors");
  private static final long BUDGET = 4 << 20;

  @TempDir Path dir;

  @BeforeEach
  void writeConfig() throws IOException {
    Files.writeString(dir.resolve("config.json"), "{}");
  }

  private static TensorInfo tensor(ModelFile file, String name) {
    TensorInfo tensor = file.find(name);
    assertNotNull(tensor, name);
    return tensor;
  }

  private void refused(String header, int dataBytes, String... parts) throws IOException {
    byte[] file = SafetensorsWriter.file(header, new byte[dataBytes]);
    Files.write(dir.resolve("model.safetensors"), file);
    assertRefused(() -> ModelFile.open(dir).close(), parts);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void tensorsComeBackWithTheirValues(DType type) {
    float[] values = {0.5f, -2, 3, 4, -0.25f, 6};
    new SafetensorsWriter()
        .entry("\"__metadata__\":{\"format\":\"pt\"}")
        .tensor("model.norm.weight", DType.F32, new float[] {1, 2}, 2)
        .tensor("w", type, values, 2, 3)
        .tensor("scalar", DType.F32, new float[] {9})
        .write(dir.resolve("model.safetensors"));
    try (ModelFile file = ModelFile.open(dir.resolve("model.safetensors"))) {
      assertEquals(3, file.tensors().size());
      assertTrue(tensor(file, "w").hasShape(2, 3));
      assertEquals(type, tensor(file, "w").type());
      assertArrayEquals(values, file.floats(tensor(file, "w")));
      assertArrayEquals(new float[] {9}, file.floats(tensor(file, "scalar")));
      assertNull(file.find("__metadata__"));
    }
  }

  @Test
  void configAndSidecarsAreMetadataWithDottedKeys() throws IOException {
    new SafetensorsWriter().write(dir.resolve("model.safetensors"));
    Files.writeString(
        dir.resolve("config.json"),
        """
        {"architectures": ["A"], "n": 7, "x": 1e-5, "none": null, "flag": true,
         "rope_scaling": {"factor": 8.0, "rope_type": "llama3"}, "ids": [1, 2], "huge": 1e999,
         "list": [{"name": "a"}, {"name": "b"}]}
        """);
    Files.writeString(dir.resolve("broken.json"), "{\"a\":");
    Files.writeString(dir.resolve("chat_template.jinja"), "{{ x }}");
    try (SafetensorsFile file = SafetensorsFile.open(dir)) {
      Metadata config = file.metadata();
      assertEquals(List.of("A"), config.texts("architectures"));
      assertEquals(7, config.whole("n", 0, 10));
      assertEquals(1e-5, config.real("x"));
      assertFalse(config.has("none"));
      assertEquals(8.0, config.real("rope_scaling.factor"));
      assertEquals("b", config.text("list.1.name"));
      NumberList ids = config.numbersOrNull("ids");
      assertNotNull(ids);
      assertEquals(2, ids.longAt(1));
      assertRefused(() -> config.real("huge"), "config.json", "'huge'", "finite");
      assertRefused(() -> config.text("missing"), "config.json", "'missing' (missing)");
      assertNull(file.sidecar("generation_config.json"));
      assertRefused(() -> file.sidecar("broken.json"), "broken.json", "not valid JSON");
      assertEquals("{{ x }}", file.text("chat_template.jinja"));
      assertNull(file.tokenizerJson());
      Files.writeString(dir.resolve("tokenizer.json"), "{}");
      assertEquals(dir.resolve("tokenizer.json"), file.tokenizerJson());
    }
  }

  @Test
  void shardsAreOneModel() throws IOException {
    new SafetensorsWriter()
        .tensor("a", DType.F32, new float[] {1}, 1)
        .write(dir.resolve("model-00001-of-00002.safetensors"));
    new SafetensorsWriter()
        .tensor("b", DType.F32, new float[] {2}, 1)
        .tensor("c", DType.F32, new float[] {3}, 1)
        .write(dir.resolve("model-00002-of-00002.safetensors"));
    index("a", "model-00001-of-00002.safetensors", "c", "model-00002-of-00002.safetensors");
    try (ModelFile file = ModelFile.open(dir)) {
      assertEquals(2, file.tensors().size());
      assertArrayEquals(new float[] {1}, file.floats(tensor(file, "a")));
      assertArrayEquals(new float[] {3}, file.floats(tensor(file, "c")));
    }
  }

  private void index(String a, String fileOfA, String b, String fileOfB) throws IOException {
    Files.writeString(
        dir.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"%s\":\"%s\",\"%s\":\"%s\"}}".formatted(a, fileOfA, b, fileOfB));
  }

  @Test
  void indexesThatLieOrLeaveTheFolderAreRefused() throws IOException {
    String first = "model-1.safetensors";
    new SafetensorsWriter().tensor("a", DType.F32, new float[] {1}, 1).write(dir.resolve(first));
    index("a", first, "b", first);
    assertRefused(() -> ModelFile.open(dir), "tensor 'b' is in '" + first + "', where it is not");
    index("a", first, "b", "../secret.safetensors");
    assertRefused(() -> ModelFile.open(dir), "index.json", "'../secret.safetensors'", "'b'");
    index("a", first, "b", "model-2.safetensors");
    assertRefused(() -> ModelFile.open(dir), "model-2.safetensors", "no such file");
    Files.writeString(dir.resolve("model.safetensors.index.json"), "{}");
    assertRefused(() -> ModelFile.open(dir), "weight_map");
  }

  @Test
  void foldersWithoutAModelAreRefused() throws IOException {
    assertRefused(() -> ModelFile.open(dir), "holds neither model.safetensors nor");
    new SafetensorsWriter().write(dir.resolve("model.safetensors"));
    Files.delete(dir.resolve("config.json"));
    assertRefused(() -> ModelFile.open(dir), "holds no config.json");
  }

  @ParameterizedTest
  @CsvSource({"I64", "F64", "F8_E4M3", "BOOL", "f32"})
  void otherTypesAreRefusedByName(String type) throws IOException {
    refused(
        "{\"w\":{\"dtype\":\"%s\",\"shape\":[1],\"data_offsets\":[0,8]}}".formatted(type),
        8,
        "tensor 'w' is of type '" + type + "'",
        "F32, F16 or BF16");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | takes 8 bytes",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}} | takes 4 bytes",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}} | bytes 4 to 12",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}} | bytes -8 to 0",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | bytes 8 to 0",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | leave a gap",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | tensors end at",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}} | shape [0]",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | shape [-2]",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}} |"
            + " too large",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}} |"
            + " not valid JSON",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}} |"
            + " at most 8",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2]}} | lacks one of",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}} | unknown field",
        "{\"w\":[]} | not what the format asks for",
        "{\"w\": | not valid JSON",
        "{} {} | not one JSON object",
        "[] | does not start with",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"v\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | overlap",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | uplicate",
      })
  void headersThatLieAreRefused(String header, String part) throws IOException {
    refused(header, 8, "model.safetensors", part);
  }

  @Test
  void headerLengthsAreChecked() throws IOException {
    Path file = dir.resolve("model.safetensors");
    for (long length : new long[] {-1, 0, 1, 100_000_001, 1L << 60}) {
      Files.write(file, little(length));
      assertRefused(() -> ModelFile.open(dir), "header of " + Long.toUnsignedString(length));
    }
    Files.write(file, little(90_000_000));
    assertRefused(() -> ModelFile.open(dir), "header of 90000000 bytes in a file of 16 bytes");
    Files.write(file, new byte[7]);
    assertRefused(() -> ModelFile.open(dir), "has 7 bytes");
  }

  private static byte[] little(long length) {
    return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }

  private static byte[] valid() {
    return new SafetensorsWriter()
        .entry("\"__metadata__\":{\"format\":\"pt\"}")
        .tensor("model.embed_tokens.weight", DType.F16, new float[12], 4, 3)
        .tensor("model.norm.weight", DType.BF16, new float[3], 3)
        .bytes();
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = valid();
    AllocationMeter meter = new AllocationMeter(BUDGET);
    for (int length = 0; length < whole.length; length++) {
      MemorySegment cut = MemorySegment.ofArray(Arrays.copyOf(whole, length));
      meter.run("cut to " + length + " bytes", () -> SafetensorsHeader.read(NAME, cut, 0));
    }
    assertEquals(whole.length, meter.refused());
    assertEquals(2, SafetensorsHeader.read(NAME, MemorySegment.ofArray(whole), 0).size());
  }

  @Test
  void flippedBytesAreReadOrRefusedAndNothingElse() {
    byte[] whole = valid();
    int header = whole.length - 30;
    AllocationMeter meter = new AllocationMeter(BUDGET);
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      byte[] flipped = whole.clone();
      for (int flips = 1 + seed % 3; flips > 0; flips--) {
        flipped[random.nextInt(header)] = (byte) random.nextInt(256);
      }
      MemorySegment data = MemorySegment.ofArray(flipped);
      meter.run("new Random(" + seed + ")", () -> SafetensorsHeader.read(NAME, data, 0));
    }
    assertTrue(meter.refused() > 1000, "only " + meter.refused() + " of 3000 were refused");
  }
}
