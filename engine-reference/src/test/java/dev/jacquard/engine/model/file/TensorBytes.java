package dev.jacquard.engine.model.file;

import dev.jacquard.spi.kernel.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Plain encoders of float values into the tensor types that tests write, and back.
public final class TensorBytes {
  private TensorBytes() {}

  /// Encodes whole rows; the number of values must be a multiple of the type's block.
  public static byte[] encode(DType type, float[] values) {
    ByteBuffer out =
        ByteBuffer.allocate(Math.toIntExact(type.rowBytes(values.length)))
            .order(ByteOrder.LITTLE_ENDIAN);
    if (type == DType.Q8_0 || type == DType.Q4_0) {
      for (int at = 0; at < values.length; at += 32) {
        if (type == DType.Q8_0) {
          q8(out, values, at);
        } else {
          q4(out, values, at);
        }
      }
      return out.array();
    }
    for (float value : values) {
      if (type == DType.F32) {
        out.putFloat(value);
      } else if (type == DType.F16) {
        out.putShort(Float.floatToFloat16(value));
      } else if (type == DType.BF16) {
        int bits = Float.floatToRawIntBits(value);
        out.putShort((short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16));
      } else {
        throw new IllegalArgumentException("no encoder for " + type);
      }
    }
    return out.array();
  }

  /// Decodes what [#encode] wrote: the values that a model really has after rounding.
  public static float[] decode(DType type, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float[] out = new float[bytes.length / type.blockBytes() * type.blockElements()];
    for (int at = 0; at < out.length; at += type.blockElements()) {
      switch (type) {
        case F32 -> out[at] = in.getFloat();
        case F16 -> out[at] = Float.float16ToFloat(in.getShort());
        case BF16 -> out[at] = Float.intBitsToFloat(in.getShort() << 16);
        case Q8_0 -> {
          float scale = Float.float16ToFloat(in.getShort());
          for (int i = 0; i < 32; i++) {
            out[at + i] = scale * in.get();
          }
        }
        case Q4_0 -> {
          float scale = Float.float16ToFloat(in.getShort());
          for (int i = 0; i < 16; i++) {
            int pair = in.get();
            out[at + i] = scale * ((pair & 15) - 8);
            out[at + i + 16] = scale * (((pair >> 4) & 15) - 8);
          }
        }
        default -> throw new IllegalArgumentException("no decoder for " + type);
      }
    }
    return out;
  }

  private static void q8(ByteBuffer out, float[] values, int at) {
    float most = 0;
    for (int i = 0; i < 32; i++) {
      most = Math.max(most, Math.abs(values[at + i]));
    }
    float scale = most / 127;
    out.putShort(Float.floatToFloat16(scale));
    for (int i = 0; i < 32; i++) {
      out.put((byte) (scale == 0 ? 0 : Math.rint(values[at + i] / scale)));
    }
  }

  private static void q4(ByteBuffer out, float[] values, int at) {
    float most = 0;
    for (int i = 0; i < 32; i++) {
      if (Math.abs(values[at + i]) > Math.abs(most)) {
        most = values[at + i];
      }
    }
    float scale = most / -8;
    out.putShort(Float.floatToFloat16(scale));
    for (int i = 0; i < 16; i++) {
      out.put((byte) (nibble(values[at + i], scale) | nibble(values[at + i + 16], scale) << 4));
    }
  }

  private static int nibble(float value, float scale) {
    return scale == 0 ? 8 : Math.clamp((long) (value / scale + 8.5f), 0, 15);
  }
}
