package dev.jacquard.engine.model.file;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Reads a GGUF header front to back. Nothing is read, skipped or allocated before it is known that
/// the bytes are there.
final class GgufCursor {
  static final String DAMAGED =
      "the file is damaged or its download is incomplete; get it again and compare its checksum";

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final MemorySegment data;
  private long position;

  GgufCursor(Path file, MemorySegment data) {
    this.file = file;
    this.data = data;
  }

  Path file() {
    return file;
  }

  long position() {
    return position;
  }

  long remaining() {
    return data.byteSize() - position;
  }

  ModelFileException damaged(String problem) {
    return new ModelFileException(file, problem, DAMAGED);
  }

  int int32(String what) {
    return data.get(INT, take(Integer.BYTES, what));
  }

  long int64(String what) {
    return data.get(LONG, take(Long.BYTES, what));
  }

  MetaValue scalar(GgufValueType type, String what) {
    return type.at(data, take(type.bytes(), what));
  }

  /// A 64-bit count of items that take at least `bytesEach` bytes of this file each.
  int count(String what, int bytesEach, int most) {
    long count = int64(what);
    if (count < 0 || count > remaining() / bytesEach) {
      throw damaged(
          what
              + " is "
              + Long.toUnsignedString(count)
              + ", more than the "
              + remaining()
              + " bytes left in the file can hold");
    }
    if (count > most) {
      throw damaged(what + " is " + count + ", more than the supported " + most);
    }
    return (int) count;
  }

  /// A short string that is an identifier: must be valid UTF-8 of 1 to `most` bytes.
  String name(String what, int most) {
    byte[] bytes = bytes(what, most);
    if (bytes.length == 0) {
      throw damaged(what + " at byte " + (position - Long.BYTES) + " is empty");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw damaged(what + " before byte " + position + " is not valid UTF-8");
    }
  }

  /// A string value; bytes that are not UTF-8 become replacement characters.
  String string(String what, int most) {
    return new String(bytes(what, most), StandardCharsets.UTF_8);
  }

  /// The next `bytes` bytes, and moves past them.
  MemorySegment slice(long bytes, String what) {
    return data.asSlice(take(bytes, what), bytes);
  }

  /// Passes over a string and returns the position behind it.
  long skipString(String what) {
    take(stringLength(what), what);
    return position;
  }

  MemorySegment from(long start) {
    return data.asSlice(start, position - start);
  }

  private byte[] bytes(String what, int most) {
    long length = stringLength(what);
    if (length > most) {
      throw damaged(what + " is " + length + " bytes long, more than the supported " + most);
    }
    return slice(length, what).toArray(ValueLayout.JAVA_BYTE);
  }

  private long stringLength(String what) {
    long length = int64("the length of " + what);
    if (length < 0 || length > remaining()) {
      throw damaged(
          what
              + " claims "
              + Long.toUnsignedString(length)
              + " bytes at byte "
              + position
              + " where only "
              + remaining()
              + " are left");
    }
    return length;
  }

  private long take(long bytes, String what) {
    if (bytes > remaining()) {
      throw damaged("the file ends at byte " + data.byteSize() + " in the middle of " + what);
    }
    long start = position;
    position += bytes;
    return start;
  }
}
