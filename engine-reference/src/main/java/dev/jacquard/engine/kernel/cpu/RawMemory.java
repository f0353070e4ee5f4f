package dev.jacquard.engine.kernel.cpu;

import java.lang.foreign.MemorySegment;

/// The address space as one constant segment: offsets into it are addresses.
///
/// Kernels read weights, keys and panels through it, because the compiler sees through a constant:
/// with ordinary segments it repeats the checks of class, length and life for every vector, which
/// costs more than the arithmetic (measured: a third to a half of the speed). The price: nothing
/// checks an address but [Checks] at the door of [CpuKernelBackend], so code behind it must hand on
/// only addresses inside a [MemoryLedger.Block] that is open.
final class RawMemory {
  @SuppressWarnings("restricted") // that is what it is for
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private RawMemory() {}
}
