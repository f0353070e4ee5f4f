package dev.jacquard.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestNameTest {
  private static final List<String> KNOWN = List.of("scheduler", "block-manager", "model", "lru");

  @Test
  void typingErrorsAreRecognised() {
    assertEquals(Optional.of("scheduler"), NearestName.of("shceduler", KNOWN));
    assertEquals(Optional.of("scheduler"), NearestName.of("scheduller", KNOWN));
    assertEquals(Optional.of("block-manager"), NearestName.of("blockmanager", KNOWN));
    assertEquals(Optional.of("model"), NearestName.of("modle", KNOWN));
    assertEquals(Optional.of("lru"), NearestName.of("lr", KNOWN));
  }

  @Test
  void whatIsFarFromEverythingHasNoNearest() {
    assertEquals(Optional.empty(), NearestName.of("temperature", KNOWN));
    assertEquals(Optional.empty(), NearestName.of("url", KNOWN));
    assertEquals(Optional.empty(), NearestName.of("x", List.of()));
    assertEquals("", NearestName.hint("temperature", KNOWN));
  }

  @Test
  void ofEqualDistancesTheFirstByNameIsTold() {
    assertEquals(Optional.of("bat"), NearestName.of("cat", List.of("rat", "bat", "hat")));
    assertEquals(" Did you mean 'bat'?", NearestName.hint("cat", List.of("rat", "bat")));
  }
}
