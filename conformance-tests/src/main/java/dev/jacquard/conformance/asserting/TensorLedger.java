package dev.jacquard.conformance.asserting;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// What a backend made and has not freed: weights, activations, views, caches and staging.
final class TensorLedger {
  private enum Kind {
    WEIGHT,
    ACTIVATION,
    VIEW,
    FREED
  }

  private final StepProtocol protocol;
  private final IdentityHashMap<Tensor, Kind> tensors = new IdentityHashMap<>();
  private final IdentityHashMap<Tensor, Tensor> bases = new IdentityHashMap<>();
  private final IdentityHashMap<Tensor, List<Tensor>> views = new IdentityHashMap<>();
  private final Set<KvCache> caches = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<MemorySegment> staging = new ArrayList<>();

  TensorLedger(StepProtocol protocol) {
    this.protocol = protocol;
  }

  Tensor made(String call, Tensor tensor, int rows, int width, boolean weight) {
    if (tensor.rows() != rows || tensor.width() != width) {
      throw protocol.broken(
          Rule.KRN_3,
          "%s made a tensor of %d x %d instead of %d x %d"
              .formatted(call, tensor.rows(), tensor.width(), rows, width));
    }
    if (tensors.put(tensor, weight ? Kind.WEIGHT : Kind.ACTIVATION) != null) {
      throw protocol.broken(Rule.KRN_3, call + " answered a tensor that it had answered before");
    }
    return tensor;
  }

  Tensor view(Tensor view, Tensor base, int width) {
    made("columns", view, base.rows(), width, false);
    tensors.put(view, Kind.VIEW);
    Tensor owner = bases.getOrDefault(base, base);
    bases.put(view, owner);
    views.computeIfAbsent(owner, each -> new ArrayList<>()).add(view);
    return view;
  }

  void free(Tensor tensor) {
    use("free", "tensor", tensor);
    if (tensors.get(tensor) == Kind.VIEW) {
      throw protocol.broken(Rule.KRN_3, "free got a view; it lives as long as its base");
    }
    tensors.put(tensor, Kind.FREED);
    views.getOrDefault(tensor, List.of()).forEach(view -> tensors.put(view, Kind.FREED));
  }

  /// A tensor that is read.
  Tensor use(String call, String role, Tensor tensor) {
    Kind kind = tensors.get(tensor);
    if (kind == null || kind == Kind.FREED) {
      throw protocol.broken(
          Rule.KRN_3,
          call
              + " got as "
              + role
              + " a tensor that "
              + (kind == null ? "this backend did not make" : "was freed, or whose base was"));
    }
    return tensor;
  }

  /// A tensor that is written.
  Tensor write(String call, String role, Tensor tensor) {
    use(call, role, tensor);
    if (tensors.get(tensor) == Kind.WEIGHT) {
      throw protocol.broken(Rule.KRN_3, call + " was to write its " + role + ", which is a weight");
    }
    return tensor;
  }

  /// `rows` of each of `of` are covered.
  void rows(String call, int rows, Tensor... of) {
    for (Tensor tensor : of) {
      if (rows < 0 || rows > tensor.rows()) {
        throw protocol.broken(
            Rule.KRN_3, call + " covers " + rows + " rows of a tensor of " + tensor.rows());
      }
    }
  }

  void fits(String call, boolean fits, Tensor... of) {
    if (!fits) {
      StringBuilder shapes = new StringBuilder();
      for (Tensor tensor : of) {
        shapes.append(' ').append(tensor.rows()).append('x').append(tensor.width());
      }
      throw protocol.broken(Rule.KRN_3, call + " got shapes that do not fit:" + shapes);
    }
  }

  KvCache cache(KvCache made) {
    caches.add(made);
    return made;
  }

  void use(String call, KvCache kv, int layer) {
    if (!caches.contains(kv)) {
      throw protocol.broken(Rule.KRN_3, call + " got a KV cache that this backend did not make");
    }
    if (layer < 0 || layer >= kv.layout().layers()) {
      throw protocol.broken(
          Rule.KRN_3, call + " got layer " + layer + " of " + kv.layout().layers());
    }
  }

  void block(String call, KvCache kv, int block) {
    if (block < 0 || block >= kv.blocks()) {
      throw protocol.broken(Rule.KRN_3, call + " got block " + block + " of " + kv.blocks());
    }
  }

  MemorySegment staging(MemorySegment made, long bytes) {
    if (made.byteSize() < bytes || made.address() % 64 != 0) {
      throw protocol.broken(
          Rule.KRN_5,
          "allocateStaging of %d bytes answered %d at address %x"
              .formatted(bytes, made.byteSize(), made.address()));
    }
    if (made.mismatch(MemorySegment.ofArray(new byte[Math.toIntExact(made.byteSize())])) >= 0) {
      throw protocol.broken(Rule.KRN_5, "allocateStaging answered memory that is not zero");
    }
    staging.add(made);
    return made;
  }

  boolean staged(MemorySegment segment) {
    return staging.stream()
        .anyMatch(own ->
            segment.isNative()
                && segment.address() >= own.address()
                && segment.address() + segment.byteSize() <= own.address() + own.byteSize());
  }

  /// Everything is dead.
  void close() {
    tensors.replaceAll((tensor, kind) -> Kind.FREED);
    caches.clear();
    staging.clear();
  }
}
