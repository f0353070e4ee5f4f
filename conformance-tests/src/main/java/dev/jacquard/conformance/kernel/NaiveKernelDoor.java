package dev.jacquard.conformance.kernel;

import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Tensor;

/// What the naive backend refuses before anything runs. Tensors and caches belong to the door of the backend
/// that made them.
final class NaiveKernelDoor {
  private boolean closed;

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the backend is closed");
    }
  }

  /// Whether it was open until now.
  boolean close() {
    boolean wasOpen = !closed;
    closed = true;
    return wasOpen;
  }

  NaiveKernelTensor own(Tensor tensor, String role) {
    requireOpen();
    if (!(tensor instanceof NaiveKernelTensor own) || own.owner != this) {
      throw new IllegalArgumentException(role + ": is not of this backend");
    }
    if (!own.alive()) {
      throw new IllegalArgumentException(role + ": " + own + " was freed");
    }
    return own;
  }

  NaiveKernelTensor activation(Tensor tensor, String role, int rows) {
    NaiveKernelTensor own = own(tensor, role);
    if (own.weight || rows < 0 || rows > own.rows()) {
      throw new IllegalArgumentException(
          role + ": " + own + " is no activation of " + rows + " rows");
    }
    return own;
  }

  NaiveKernelTensor activation(Tensor tensor, String role, int rows, int width) {
    NaiveKernelTensor own = activation(tensor, role, rows);
    if (own.width() != width) {
      throw new IllegalArgumentException(role + ": " + own + " should be " + width + " wide");
    }
    return own;
  }

  NaiveKernelTensor rowsOf(Tensor tensor, String role, int first, int rows) {
    if (first < 0 || rows < 0) {
      throw new IllegalArgumentException(role + ": rows from " + first + ", " + rows + " of them");
    }
    return activation(tensor, role, Math.addExact(first, rows));
  }

  NaiveKernelTensor heads(Tensor tensor, String role, int rows, int headDim) {
    NaiveKernelTensor own = activation(tensor, role, rows);
    if (own.width() % headDim != 0) {
      throw new IllegalArgumentException(role + ": " + own + " is no whole heads of " + headDim);
    }
    return own;
  }

  NaiveKernelTensor weight(Tensor tensor, String role) {
    NaiveKernelTensor own = own(tensor, role);
    if (!own.weight) {
      throw new IllegalArgumentException(role + ": " + own + " is no weight");
    }
    return own;
  }

  NaiveKernelTensor row(Tensor tensor, String role) {
    NaiveKernelTensor own = weight(tensor, role);
    if (own.rows() != 1) {
      throw new IllegalArgumentException(role + ": " + own + " is not one row");
    }
    return own;
  }

  NaiveKernelKv kv(KvCache kv, int layer) {
    requireOpen();
    if (!(kv instanceof NaiveKernelKv own) || own.owner != this) {
      throw new IllegalArgumentException("kv: is not of this backend");
    }
    if (layer < 0 || layer >= own.layout().layers()) {
      throw new IllegalArgumentException("kv: has no layer " + layer);
    }
    return own;
  }

  NaiveKernelKv block(NaiveKernelKv kv, int block) {
    if (block < 0 || block >= kv.blocks()) {
      throw new IllegalArgumentException("kv: has no block " + block);
    }
    return kv;
  }

  static void fits(AttentionParams params, KvCacheLayout layout) {
    if (params.kvHeads() != layout.kvHeads()
        || params.headDim() != layout.headDim()
        || params.heads() % params.kvHeads() != 0) {
      throw new IllegalArgumentException(params + " does not fit " + layout);
    }
  }

  static BackendException unsupported(String what) {
    return new BackendException(
        StandardErrorCode.UNSUPPORTED_OPERATION,
        BackendException.Severity.STEP_FAILED,
        what + " is not supported",
        null);
  }
}
