package dev.jacquard.engine.model.file;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.function.Executable;

/// Expects a [ModelFileException] whose message contains all of some texts.
public final class Refusals {
  private Refusals() {}

  public static void assertRefused(Executable action, String... parts) {
    ModelFileException refused = assertThrows(ModelFileException.class, action);
    String message = String.valueOf(refused.getMessage());
    assertAll(
        Arrays.stream(parts)
            .map(part ->
                () ->
                    assertTrue(message.contains(part), () -> "'" + part + "' not in: " + message)));
  }
}
