package dev.jacquard.engine.model.file;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A model file cannot be used. The message names the file, what is wrong, the value found and what
/// to do about it; it is written for the person who started the engine.
public final class ModelFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 80;

  /// @param problem what is wrong, with the value found
  /// @param remedy what the user can do
  public ModelFileException(Path file, String problem, String remedy) {
    this(file, problem, remedy, null);
  }

  /// @param cause the lower-level failure, or null
  public ModelFileException(Path file, String problem, String remedy, @Nullable Throwable cause) {
    super(file + ": " + problem + "; " + remedy, cause);
  }

  /// Text from a file made fit for a message: in single quotes, control characters escaped, cut
  /// short. A hostile name must not be able to forge log lines.
  public static String quote(String text) {
    StringBuilder out = new StringBuilder("'");
    for (int i = 0; i < text.length() && i < SHOWN; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append(text.length() > SHOWN ? "...'" : "'").toString();
  }
}
