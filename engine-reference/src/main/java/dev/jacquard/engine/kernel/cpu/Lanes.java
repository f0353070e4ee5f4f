package dev.jacquard.engine.kernel.cpu;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
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
}
