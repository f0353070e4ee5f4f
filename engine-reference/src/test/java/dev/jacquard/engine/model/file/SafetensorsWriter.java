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
import java.util.Arrays;
import java.util.StringJoiner;

/// Writes small safetensors files for tests.
public final class SafetensorsWriter {
  private final StringJoiner header = new StringJoiner(",", "{", "}");
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  /// A tensor of F32, F16 or BF16, row-major.
  public SafetensorsWriter tensor(String name, DType type, float[] values, long... shape) {
    int begin = data.size();
    data.writeBytes(TensorBytes.encode(type, values));
    return entry(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
            .formatted(name, type, Arrays.toString(shape), begin, data.size()));
  }

  /// A header entry exactly as given.
  public SafetensorsWriter entry(String json) {
    header.add(json);
    return this;
  }

  /// The whole file: header length, header padded to eight bytes with spaces, data.
  public byte[] bytes() {
    return file(header.toString(), data.toByteArray());
  }

  /// A file of any header text.
  public static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 7) / 8 * 8;
    ByteBuffer out = ByteBuffer.allocate(8 + padded + data.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(padded).put(json);
    while (out.position() < 8 + padded) {
      out.put((byte) ' ');
    }
    return out.put(data).array();
  }

  /// Writes the whole file.
  public Path write(Path file) {
    try {
      return Files.write(file, bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
