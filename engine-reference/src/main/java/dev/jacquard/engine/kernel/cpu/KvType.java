package dev.jacquard.engine.kernel.cpu;

import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.DType;

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

  /// The store for `type`.
  ///
  /// @throws BackendException UNSUPPORTED_OPERATION when KV cannot be stored so
  static KvType of(DType type) {
    for (KvType each : values()) {
      if (each.name().equals(type.name())) {
        return each;
      }
    }
    throw new BackendException(
        StandardErrorCode.UNSUPPORTED_OPERATION,
        BackendException.Severity.STEP_FAILED,
        "KV of type " + type + " is not supported; use F32, F16 or BF16",
        null);
  }
}
