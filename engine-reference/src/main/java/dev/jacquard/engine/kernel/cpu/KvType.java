package dev.jacquard.engine.kernel.cpu;

import dev.jacquard.spi.kernel.DType;
import org.jspecify.annotations.Nullable;

/// How keys and values are stored.
enum KvType {
  F32(4),
  F16(2),
  BF16(2);

  private final int bytes;

  KvType(int bytes) {
    this.bytes = bytes;
  }

  /// Bytes of an element.
  int bytes() {
    return bytes;
  }

  /// The store for `type`, or null when KV cannot be stored so.
  static @Nullable KvType of(DType type) {
    if (type == DType.F32) {
      return F32;
    }
    if (type == DType.F16) {
      return F16;
    }
    return type == DType.BF16 ? BF16 : null;
  }
}
