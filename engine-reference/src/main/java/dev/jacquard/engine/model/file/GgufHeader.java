package dev.jacquard.engine.model.file;

import static dev.jacquard.engine.model.file.ModelFileException.quote;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// The header of one GGUF file: metadata and the directory of its tensors.
///
/// Format: "GGUF", u32 version, u64 tensor count, u64 metadata count, the metadata entries, the
/// tensor entries, padding to `general.alignment` (32 unless said), tensor data. Versions 2 and 3
/// differ in nothing that is read here. Source: docs/gguf.md of the ggml project.
record GgufHeader(Metadata metadata, Map<String, TensorInfo> tensors) {
  static final String REMEDY = "convert or download the model again with a current tool";

  private static final int MAGIC = 0x4655_4747; // "GGUF" read as a little-endian int
  private static final int REVERSED_MAGIC = 0x4747_5546;
  private static final int MAX_KEY = 65_535;
  private static final int MAX_TEXT = 64 << 20;
  private static final int MAX_ENTRIES = 1_000_000;
  private static final int SMALLEST_ENTRY = 8 + 1 + 4 + 1; // key length, key, type, value
  private static final int SMALLEST_STRING = 8;

  /// @param part which file of a split model this is
  static GgufHeader read(Path file, MemorySegment data, int part) {
    GgufCursor in = new GgufCursor(file, data);
    checkMagic(in);
    checkVersion(in);
    int tensorCount = in.count("the number of tensors", GgufDirectory.SMALLEST_ENTRY, MAX_ENTRIES);
    int entryCount = in.count("the number of metadata entries", SMALLEST_ENTRY, MAX_ENTRIES);
    Map<String, MetaValue> values = new LinkedHashMap<>();
    for (int i = 0; i < entryCount; i++) {
      String key = in.name("metadata key " + i, MAX_KEY);
      MetaValue value = value(in, quote(key));
      if (values.put(key, value) != null) {
        throw in.damaged("metadata key " + quote(key) + " occurs twice");
      }
    }
    Metadata metadata = new Metadata(file, REMEDY, values);
    return new GgufHeader(
        metadata, GgufDirectory.read(in, tensorCount, alignment(metadata), data.byteSize(), part));
  }

  private static MetaValue value(GgufCursor in, String key) {
    GgufValueType type = type(in, "the type of metadata key " + key);
    return switch (type) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, FLOAT32, BOOL, UINT64, INT64, FLOAT64 ->
          in.scalar(type, "metadata key " + key);
      case STRING -> new MetaValue.Text(in.string("the value of metadata key " + key, MAX_TEXT));
      case ARRAY -> array(in, key);
    };
  }

  private static MetaValue array(GgufCursor in, String key) {
    GgufValueType type = type(in, "the element type of metadata array " + key);
    if (type == GgufValueType.ARRAY) {
      throw new ModelFileException(
          in.file(), "metadata key " + key + " is an array of arrays, not supported", REMEDY);
    }
    String what = "the length of metadata array " + key;
    if (type != GgufValueType.STRING) {
      int count = in.count(what, type.bytes(), Integer.MAX_VALUE);
      MemorySegment bytes = in.slice((long) count * type.bytes(), "metadata array " + key);
      return new MetaValue.Numbers(new MappedNumbers(bytes, type, count));
    }
    int count = in.count(what, SMALLEST_STRING, Integer.MAX_VALUE / Integer.BYTES);
    int[] ends = new int[count];
    long start = in.position();
    String element = "a string of metadata array " + key;
    for (int i = 0; i < count; i++) {
      long end = in.skipString(element) - start;
      if (end > Integer.MAX_VALUE) {
        throw in.damaged("metadata array " + key + " holds more than 2 GiB of strings");
      }
      ends[i] = (int) end;
    }
    return new MetaValue.Texts(new MappedStrings(in.from(start), ends));
  }

  private static GgufValueType type(GgufCursor in, String what) {
    int id = in.int32(what);
    GgufValueType type = GgufValueType.of(id);
    if (type == null) {
      throw in.damaged(what + " is " + Integer.toUnsignedString(id) + ", not one of 0 to 12");
    }
    return type;
  }

  private static int alignment(Metadata metadata) {
    String key = "general.alignment";
    int alignment = metadata.wholeOr(key, 1, 1 << 20, 32);
    if (Integer.bitCount(alignment) != 1) {
      throw metadata.problem(key, "should be a power of two");
    }
    return alignment;
  }

  private static void checkMagic(GgufCursor in) {
    if (in.remaining() < Integer.BYTES) {
      throw in.damaged("has " + in.remaining() + " bytes, too few for a GGUF file");
    }
    int magic = in.int32("the magic number");
    if (magic == MAGIC) {
      return;
    }
    String found =
        switch (magic) {
          case REVERSED_MAGIC -> "is a big-endian GGUF file, which is not supported";
          case 0x7372_6576 -> "is a Git LFS pointer, not the model itself";
          case 0x6767_6d6c, 0x6767_6d66, 0x6767_6a74, 0x6767_6c61 ->
              "is in a format older than GGUF";
          case 0x0403_4b50 -> "is a ZIP archive (perhaps a PyTorch checkpoint), not a GGUF file";
          default ->
              String.format(
                  "is not a GGUF file: it starts with the bytes %08x", Integer.reverseBytes(magic));
        };
    String remedy =
        switch (magic) {
          case REVERSED_MAGIC -> "use the little-endian file";
          case 0x7372_6576 -> "fetch the real file, for example with 'git lfs pull'";
          default -> "give a .gguf file, or a folder with config.json and model.safetensors";
        };
    throw new ModelFileException(in.file(), found, remedy);
  }

  private static void checkVersion(GgufCursor in) {
    int version = in.int32("the version number");
    if (version == 2 || version == 3) {
      return;
    }
    if ((version & 0xffff) == 0 && version != 0) {
      throw new ModelFileException(
          in.file(),
          "is a big-endian GGUF file, which is not supported",
          "use the little-endian file");
    }
    throw new ModelFileException(
        in.file(),
        "is of GGUF version " + Integer.toUnsignedString(version) + ", supported are 2 and 3",
        version == 1 ? REMEDY : "update Jacquard, or " + REMEDY);
  }
}
