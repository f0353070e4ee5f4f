package dev.jacquard.engine.model.file;

/// A read-only array of numbers, perhaps still in the mapped file.
public sealed interface NumberList permits MappedNumbers, PlainNumbers {

  /// Number of elements.
  int size();

  /// The element as a long; fractions are cut off.
  long longAt(int index);

  /// The element as a double; integers beyond 2^53 are rounded.
  double doubleAt(int index);
}
