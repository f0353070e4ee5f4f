package dev.jacquard.engine.model.file;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.RandomAccess;

/// A GGUF string array: an index into the mapped file, each string decoded when asked for. A
/// vocabulary of 150,000 tokens costs 600 kB until somebody wants the strings.
final class MappedStrings extends AbstractList<String> implements RandomAccess {
  private final MemorySegment data;
  private final int[] ends;

  /// @param data exactly the bytes of the array: 8 bytes of length, then the string, and so on
  /// @param ends where each string ends in `data`; owned by this object from here on
  MappedStrings(MemorySegment data, int[] ends) {
    this.data = data;
    this.ends = ends;
  }

  @Override
  public String get(int index) {
    long start = (index == 0 ? 0 : ends[index - 1]) + (long) Long.BYTES;
    byte[] bytes = data.asSlice(start, ends[index] - start).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public int size() {
    return ends.length;
  }
}
