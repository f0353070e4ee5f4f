package dev.jacquard.engine.model.file;

import java.lang.foreign.MemorySegment;

/// A numeric GGUF array, decoded element by element from the mapped file: an untrusted count never
/// turns into an allocation.
final class MappedNumbers implements NumberList {
  private final MemorySegment data;
  private final GgufValueType type;
  private final int size;

  /// @param data exactly the bytes of the array
  MappedNumbers(MemorySegment data, GgufValueType type, int size) {
    this.data = data;
    this.type = type;
    this.size = size;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public long longAt(int index) {
    return switch (type.at(data, at(index))) {
      case MetaValue.Whole w -> w.value();
      case MetaValue.Real r -> (long) r.value();
      case MetaValue.Flag f -> f.value() ? 1 : 0;
      case MetaValue.Text _, MetaValue.Texts _, MetaValue.Numbers _ ->
          throw new IllegalStateException("not a number");
    };
  }

  @Override
  public double doubleAt(int index) {
    return switch (type.at(data, at(index))) {
      case MetaValue.Whole w -> w.value();
      case MetaValue.Real r -> r.value();
      case MetaValue.Flag f -> f.value() ? 1 : 0;
      case MetaValue.Text _, MetaValue.Texts _, MetaValue.Numbers _ ->
          throw new IllegalStateException("not a number");
    };
  }

  private long at(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(index);
    }
    return (long) index * type.bytes();
  }
}
