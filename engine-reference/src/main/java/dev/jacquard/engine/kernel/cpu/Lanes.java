package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.RawMemory.ALL;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The vector shapes of this machine: constants, so that the compiler folds them. Loops step over
/// the 32 rows of a group two vectors at a time, whatever their width.
final class Lanes {
  static final VectorSpecies<Float> F = floats();
  static final VectorSpecies<Integer> I = F.withLanes(int.class);
  static final VectorSpecies<Short> S = VectorSpecies.of(short.class, part(2));
  static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, part(4));
  static final int N = F.length();

  static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private Lanes() {}

  private static VectorSpecies<Float> floats() {
    VectorSpecies<Float> preferred = FloatVector.SPECIES_PREFERRED;
    if (preferred.length() > 16) {
      return FloatVector.SPECIES_512;
    }
    return preferred.length() < 4 ? FloatVector.SPECIES_128 : preferred;
  }

  /// The shape that holds as many narrower elements, or the narrowest there is: then only its first
  /// part is used.
  private static VectorShape part(int divisor) {
    return VectorShape.forBitSize(Math.max(64, F.vectorBitSize() / divisor));
  }

  /// [Halves#halfToFloat] for every lane; `half` is sign-extended.
  static FloatVector halves(IntVector half) {
    FloatVector r =
        half.lanewise(VectorOperators.LSHL, 13)
            .and(Halves.MAGNITUDE)
            .add(Halves.REBIAS)
            .reinterpretAsFloats();
    FloatVector subnormal =
        r.lanewise(
            VectorOperators.FMA,
            FloatVector.broadcast(F, 2f),
            FloatVector.broadcast(F, -Halves.LEAST_NORMAL));
    return r.reinterpretAsInts()
        .min(subnormal.reinterpretAsInts())
        .or(half.and(Halves.SIGN))
        .reinterpretAsFloats();
  }

  /// Bytes in memory, sign-extended.
  static IntVector bytes(long at) {
    return (IntVector)
        ByteVector.fromMemorySegment(B, ALL, at, LE).convertShape(VectorOperators.B2I, I, 0);
  }

  /// Shorts in memory, sign-extended.
  static IntVector shorts(long at) {
    return (IntVector)
        ShortVector.fromMemorySegment(S, ALL, at, LE).convertShape(VectorOperators.S2I, I, 0);
  }
}
