package dev.jacquard.engine.model.file;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Metadata value types of GGUF; the ordinal is the number in the file.
enum GgufValueType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  STRING(0),
  ARRAY(0),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private static final GgufValueType[] BY_ID = values();
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int bytes;

  GgufValueType(int bytes) {
    this.bytes = bytes;
  }

  static @Nullable GgufValueType of(long id) {
    return id < 0 || id >= BY_ID.length ? null : BY_ID[(int) id];
  }

  /// Bytes of one value; 0 for strings and arrays, whose length is in the data.
  int bytes() {
    return bytes;
  }

  /// The scalar at that byte of the segment.
  ///
  /// @throws IllegalStateException for strings and arrays
  MetaValue at(MemorySegment data, long at) {
    return switch (this) {
      case UINT8 -> new MetaValue.Whole(data.get(ValueLayout.JAVA_BYTE, at) & 0xff);
      case INT8 -> new MetaValue.Whole(data.get(ValueLayout.JAVA_BYTE, at));
      case UINT16 -> new MetaValue.Whole(data.get(SHORT, at) & 0xffff);
      case INT16 -> new MetaValue.Whole(data.get(SHORT, at));
      case UINT32 -> new MetaValue.Whole(data.get(INT, at) & 0xffff_ffffL);
      case INT32 -> new MetaValue.Whole(data.get(INT, at));
      case FLOAT32 -> new MetaValue.Real(Float.intBitsToFloat(data.get(INT, at)));
      case BOOL -> new MetaValue.Flag(data.get(ValueLayout.JAVA_BYTE, at) != 0);
      case UINT64 -> unsigned(data.get(LONG, at));
      case INT64 -> new MetaValue.Whole(data.get(LONG, at));
      case FLOAT64 -> new MetaValue.Real(Double.longBitsToDouble(data.get(LONG, at)));
      case STRING, ARRAY -> throw new IllegalStateException(this + " is not a scalar");
    };
  }

  private static MetaValue unsigned(long bits) {
    return bits >= 0
        ? new MetaValue.Whole(bits)
        : new MetaValue.Real((bits >>> 1) * 2.0 + (bits & 1));
  }
}
