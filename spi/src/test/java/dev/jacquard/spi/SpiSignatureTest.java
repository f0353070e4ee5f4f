package dev.jacquard.spi;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// No change of the SPI goes unseen: the signature is committed as `spi/api.txt`, and a change of the one needs the other.
class SpiSignatureTest {
  private static final String UPDATE =
      "./mvnw -pl spi test -Dtest=SpiSignatureTest -Dspi.api.update=true";
  private static final List<String> HEADER =
      List.of(
          "# The signature of the SPI: what compiled plugins depend on. Written by a test, read in review. Rewrite it with",
          "# " + UPDATE);

  @Test
  void the_committed_signature_is_that_of_the_compiled_classes() throws Exception {
    List<String> compiled = new ArrayList<>(HEADER);
    compiled.addAll(SpiSignature.read(compiledClasses()));
    Path file = root().resolve("spi/api.txt");
    if (Boolean.getBoolean("spi.api.update")) {
      Files.write(file, compiled);
      return;
    }
    List<String> committed = Files.exists(file) ? Files.readAllLines(file) : List.of();
    String difference = difference(committed, compiled);
    if (!difference.isEmpty()) {
      fail(
          "The SPI is not what spi/api.txt says (- committed, + compiled):\n"
              + difference
              + "If that is meant, write it down and have it reviewed: "
              + UPDATE);
    }
  }

  @Test
  void the_signature_is_not_empty() throws Exception {
    long types =
        SpiSignature.read(compiledClasses()).stream()
            .filter(line -> !line.isEmpty() && !line.startsWith(" "))
            .count();
    assertTrue(types > 20, () -> "only " + types + " types were found; is the path right?");
  }

  /// The folder that the classes under test came from, wherever they were compiled to.
  private static Path compiledClasses() throws URISyntaxException {
    URL packageInfo =
        Objects.requireNonNull(
            SpiSignatureTest.class.getResource("/dev/jacquard/spi/package-info.class"),
            "dev.jacquard.spi has no compiled package-info");
    return Path.of(URI.create(packageInfo.toString().replaceFirst("dev/jacquard/spi/.*$", "")));
  }

  private static Path root() throws IOException {
    String given = System.getProperty("jacquard.root");
    Path folder = Path.of(given == null ? "" : given).toRealPath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = Objects.requireNonNull(folder.getParent(), "not inside a checkout of Jacquard");
    }
    return folder;
  }

  /// Lines only in one of the two, each under the type that it belongs to.
  private static String difference(List<String> before, List<String> after) {
    int[][] common = new int[before.size() + 1][after.size() + 1];
    for (int i = before.size() - 1; i >= 0; i--) {
      for (int j = after.size() - 1; j >= 0; j--) {
        common[i][j] =
            before.get(i).equals(after.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    StringBuilder text = new StringBuilder();
    Deque<String> owner = new ArrayDeque<>();
    int i = 0;
    int j = 0;
    while (i < before.size() || j < after.size()) {
      boolean bothLeft = i < before.size() && j < after.size();
      if (bothLeft && before.get(i).equals(after.get(j))) {
        if (!after.get(j).startsWith(" ")) {
          owner.clear();
          owner.add(after.get(j));
        }
        i++;
        j++;
        continue;
      }
      boolean removed =
          j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1]);
      String line = removed ? before.get(i++) : after.get(j++);
      if (line.isEmpty()) {
        continue;
      }
      if (!line.startsWith(" ")) {
        owner.clear();
      }
      if (line.startsWith(" ") && !owner.isEmpty()) {
        text.append("  ").append(owner.remove()).append('\n');
      }
      text.append(removed ? "- " : "+ ").append(line).append('\n');
    }
    return text.toString();
  }
}
