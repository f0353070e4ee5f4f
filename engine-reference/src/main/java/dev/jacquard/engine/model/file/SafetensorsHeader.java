package dev.jacquard.engine.model.file;

import static dev.jacquard.engine.model.file.ModelFileException.quote;

import dev.jacquard.spi.kernel.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// The header of one safetensors file: a little-endian u64 length, that many bytes of JSON (`name →
/// {dtype, shape, data_offsets}` and an optional `__metadata__`), then the data, which the tensors
/// must cover without gap or overlap. Source: the format description of the safetensors project.
final class SafetensorsHeader {
  private static final int MAX_HEADER = 100_000_000;
  private static final int MAX_TENSORS = 1_000_000;
  private static final int MAX_DIMENSIONS = 8;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path file;
  private final int part;
  private final long start;
  private final long size;

  private SafetensorsHeader(Path file, int part, long start, long size) {
    this.file = file;
    this.part = part;
    this.start = start;
    this.size = size;
  }

  /// The tensors of a mapped file, in file order.
  ///
  /// @param part which shard this is
  static Map<String, TensorInfo> read(Path file, MemorySegment data, int part) {
    long size = data.byteSize();
    if (size < Long.BYTES) {
      throw damaged(file, "has " + size + " bytes, too few for a safetensors file");
    }
    long length = data.get(LONG, 0);
    if (length < 2 || length > MAX_HEADER) {
      throw damaged(
          file,
          "claims a header of "
              + Long.toUnsignedString(length)
              + " bytes, not between 2 and "
              + MAX_HEADER);
    }
    if (length > size - Long.BYTES) {
      throw damaged(
          file, "claims a header of " + length + " bytes in a file of " + size + " bytes");
    }
    byte[] json = data.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    if (json[0] != '{') {
      throw damaged(file, "has a header that does not start with '{'");
    }
    return new SafetensorsHeader(file, part, Long.BYTES + length, size).parse(json);
  }

  private Map<String, TensorInfo> parse(byte[] json) {
    List<TensorInfo> tensors = new ArrayList<>();
    try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), json)) {
      expect(in, JsonToken.START_OBJECT, "the header");
      while (in.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = in.currentName();
        if (name.equals("__metadata__")) {
          in.nextToken();
          in.skipChildren();
        } else if (tensors.size() == MAX_TENSORS) {
          throw damaged(file, "holds more than the supported " + MAX_TENSORS + " tensors");
        } else {
          tensors.add(tensor(in, name));
        }
      }
      if (in.currentToken() != JsonToken.END_OBJECT || in.nextToken() != null) {
        throw damaged(file, "has a header that is not one JSON object");
      }
    } catch (JacksonException e) {
      throw new ModelFileException(
          file,
          "has a header that is not valid JSON: " + e.getOriginalMessage(),
          GgufCursor.DAMAGED,
          e);
    }
    tensors.sort(Comparator.comparingLong(TensorInfo::offset));
    checkCoverage(tensors);
    Map<String, TensorInfo> byName = new LinkedHashMap<>();
    tensors.forEach(t -> byName.put(t.name(), t));
    return byName;
  }

  private TensorInfo tensor(JsonParser in, String name) {
    String what = "tensor " + quote(name);
    String dtype = null;
    long[] shape = null;
    long[] range = null;
    expect(in, JsonToken.START_OBJECT, what);
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      switch (in.currentName()) {
        case "dtype" -> {
          expect(in, JsonToken.VALUE_STRING, "the dtype of " + what);
          dtype = in.getString();
        }
        case "shape" -> shape = longs(in, "the shape of " + what);
        case "data_offsets" -> range = longs(in, "the data_offsets of " + what);
        default -> throw damaged(file, what + " has the unknown field " + quote(in.currentName()));
      }
    }
    if (dtype == null || shape == null || range == null || range.length != 2) {
      throw damaged(file, what + " lacks one of dtype, shape and data_offsets [begin, end]");
    }
    return checked(name, dtype, shape, range[0], range[1]);
  }

  private TensorInfo checked(String name, String dtype, long[] shape, long begin, long end) {
    String what = "tensor " + quote(name);
    DType type =
        switch (dtype) {
          case "F32" -> DType.F32;
          case "F16" -> DType.F16;
          case "BF16" -> DType.BF16;
          default ->
              throw new ModelFileException(
                  file,
                  what + " is of type " + quote(dtype) + ", which is not supported in safetensors",
                  "use weights in F32, F16 or BF16, or a GGUF file of the model");
        };
    long bytes = type.blockBytes();
    for (long n : shape) {
      if (n <= 0 || bytes > Long.MAX_VALUE / n) {
        throw damaged(file, what + " has shape " + Arrays.toString(shape) + ", empty or too large");
      }
      bytes *= n;
    }
    if (begin < 0 || end < begin || end > size - start) {
      throw damaged(
          file,
          String.format(
              "%s lies at bytes %d to %d of the data, which has %d bytes",
              what, begin, end, size - start));
    }
    if (end - begin != bytes) {
      throw damaged(
          file,
          String.format(
              "%s of type %s and shape %s takes %d bytes but is given %d",
              what, type, Arrays.toString(shape), bytes, end - begin));
    }
    return new TensorInfo(name, type, shape, part, start + begin, bytes);
  }

  private void checkCoverage(List<TensorInfo> order) {
    long next = start;
    for (TensorInfo t : order) {
      if (t.offset() != next) {
        throw damaged(
            file,
            String.format(
                "tensor %s starts at byte %d where %d is due: tensors overlap or leave a gap",
                quote(t.name()), t.offset(), next));
      }
      next = t.offset() + t.bytes();
    }
    if (next != size) {
      throw damaged(file, "has " + size + " bytes but its tensors end at byte " + next);
    }
  }

  private long[] longs(JsonParser in, String what) {
    expect(in, JsonToken.START_ARRAY, what);
    long[] values = new long[MAX_DIMENSIONS];
    int count = 0;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() != JsonToken.VALUE_NUMBER_INT || count == MAX_DIMENSIONS) {
        throw damaged(file, what + " is not an array of at most 8 integers");
      }
      values[count++] = in.getLongValue();
    }
    return Arrays.copyOf(values, count);
  }

  private void expect(JsonParser in, JsonToken token, String what) {
    if (in.nextToken() != token) {
      throw damaged(file, what + " is not what the format asks for (" + token + ")");
    }
  }

  private static ModelFileException damaged(Path file, String problem) {
    return new ModelFileException(file, problem, GgufCursor.DAMAGED);
  }
}
