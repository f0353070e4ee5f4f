package dev.jacquard.engine.model.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Maps whole files read-only, and reads small ones; all failures become [ModelFileException].
final class MappedFiles {
  private MappedFiles() {}

  static MemorySegment map(Path file, Arena arena) {
    requireFile(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /// Reads a file of at most `limit` bytes.
  static byte[] read(Path file, int limit) {
    requireFile(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > limit) {
        throw new ModelFileException(
            file,
            "has " + channel.size() + " bytes, more than the " + limit + " expected of such a file",
            "check that it is the file its name says");
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static void requireFile(Path file) {
    if (!Files.exists(file)) {
      throw new ModelFileException(file, "no such file", "check the path of the model");
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelFileException(file, "is not a regular file", "check the path of the model");
    }
  }

  private static ModelFileException unreadable(Path file, IOException e) {
    return new ModelFileException(
        file, "cannot be read: " + e, "check its permissions and the disk", e);
  }
}
