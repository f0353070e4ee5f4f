package dev.jacquard.engine.model.file;

import dev.jacquard.spi.kernel.DType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes small GGUF files for tests, damaged ones too: nothing is checked here.
public final class GgufWriter {
  /// A metadata value of an exact type, for the types that have no Java type of their own.
  @SuppressWarnings("ArrayRecordComponent") // a carrier within a test
  public record Raw(int type, byte[] bytes) {}

  @SuppressWarnings("ArrayRecordComponent") // private carrier
  private record Tensor(String name, int type, long[] ne, byte[] data, @Nullable Long offset) {}

  private static final Map<DType, Integer> IDS =
      Map.of(DType.F32, 0, DType.F16, 1, DType.Q4_0, 2, DType.Q8_0, 8, DType.BF16, 30);

  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private final List<Tensor> tensors = new ArrayList<>();
  private int version = 3;
  private int alignment = 32;

  /// Format version, 3 unless set.
  public GgufWriter version(int value) {
    version = value;
    return this;
  }

  /// Alignment of tensor data, also written as `general.alignment`; 32 and unwritten unless set.
  public GgufWriter alignment(int value) {
    alignment = value;
    return put("general.alignment", value);
  }

  /// A metadata entry: Integer is written as u32, Long as u64, Float as f32, Double as f64, Boolean
  /// as bool, String as string, `List<String>`, `int[]` (i32) and `float[]` as arrays, and [Raw].
  public GgufWriter put(String key, Object value) {
    metadata.put(key, value);
    return this;
  }

  /// Takes a metadata entry out again.
  public GgufWriter remove(String key) {
    metadata.remove(key);
    return this;
  }

  /// A tensor of F32, F16, BF16, Q8_0 or Q4_0.
  ///
  /// @param shape row-major, columns last
  public GgufWriter tensor(String name, DType type, float[] values, long... shape) {
    long[] ne = new long[shape.length];
    for (int i = 0; i < ne.length; i++) {
      ne[i] = shape[ne.length - 1 - i];
    }
    Integer id = IDS.get(type);
    if (id == null) {
      throw new IllegalArgumentException("no encoder for " + type);
    }
    return raw(name, id, ne, TensorBytes.encode(type, values), null);
  }

  /// A tensor entry exactly as given.
  ///
  /// @param ne dimensions in GGUF's order, columns first
  /// @param offset what the entry says, or null for where the data really goes
  public GgufWriter raw(String name, int type, long[] ne, byte[] data, @Nullable Long offset) {
    tensors.add(new Tensor(name, type, ne.clone(), data, offset));
    return this;
  }

  /// The header alone, up to where the padding before the data begins.
  public byte[] header() {
    Buffer out = new Buffer();
    out.bytes("GGUF".getBytes(StandardCharsets.US_ASCII)).u32(version);
    out.u64(tensors.size()).u64(metadata.size());
    metadata.forEach((key, value) -> out.string(key).value(value));
    long offset = 0;
    for (Tensor t : tensors) {
      out.string(t.name).u32(t.ne.length);
      for (long n : t.ne) {
        out.u64(n);
      }
      out.u32(t.type).u64(t.offset == null ? offset : t.offset);
      offset += padded(t.data.length);
    }
    return out.toByteArray();
  }

  /// The whole file.
  public byte[] bytes() {
    Buffer out = new Buffer();
    out.bytes(header()).pad(alignment);
    for (Tensor t : tensors) {
      out.bytes(t.data).pad(alignment);
    }
    return out.toByteArray();
  }

  /// Writes the whole file.
  public Path write(Path file) {
    try {
      return Files.write(file, bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long padded(long length) {
    return (length + alignment - 1) / alignment * alignment;
  }

  private static final class Buffer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Buffer bytes(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    Buffer u32(int value) {
      return bytes(little(4).putInt(value).array());
    }

    Buffer u64(long value) {
      return bytes(little(8).putLong(value).array());
    }

    Buffer string(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      return u64(utf8.length).bytes(utf8);
    }

    void pad(int alignment) {
      while (out.size() % alignment != 0) {
        out.write(0);
      }
    }

    void value(Object value) {
      switch (value) {
        case Integer v -> u32(4).u32(v);
        case Float v -> u32(6).u32(Float.floatToRawIntBits(v));
        case Boolean v -> u32(7).bytes(new byte[] {(byte) (v ? 1 : 0)});
        case String v -> u32(8).string(v);
        case Long v -> u32(10).u64(v);
        case Double v -> u32(12).u64(Double.doubleToRawLongBits(v));
        case Raw v -> u32(v.type).bytes(v.bytes);
        case int[] v -> {
          u32(9).u32(5).u64(v.length);
          for (int i : v) {
            u32(i);
          }
        }
        case float[] v -> {
          u32(9).u32(6).u64(v.length);
          for (float f : v) {
            u32(Float.floatToRawIntBits(f));
          }
        }
        case List<?> v -> {
          u32(9).u32(8).u64(v.size());
          v.forEach(item -> string((String) item));
        }
        default -> throw new IllegalArgumentException("cannot write " + value.getClass());
      }
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }

    private static ByteBuffer little(int size) {
      return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
