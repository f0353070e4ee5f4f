package dev.jacquard.architecture;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.jacquard.architecture.Checkout.Source;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Rules that need the text of the source: words, lengths, imports of rooms that are built later.
class SourceRulesTest {
  private static final int LONGEST_FILE = 400;

  /// The header `User-Agent`, JVM agents and the colour magenta are not meant.
  private static final Pattern CORE_WORDS =
      Pattern.compile("(?i)(?<!user[-_]?)(?<!java)agent(?!a)|workflow|cuda|nvidia");

  private static final Pattern FOREIGN_TO_PLUGINS =
      Pattern.compile("\\b(dev\\.jacquard\\.(engine|host|conformance)|com\\.google\\.inject)\\b");
  private static final Pattern CONSOLE =
      Pattern.compile("\\bSystem\\.(out|err)\\b|\\.printStackTrace\\(\\)");
  private static final Pattern STATIC_STATE =
      Pattern.compile(
          "^ *((public|private|protected|volatile|transient) )*static (?!final |.*\\bfinal )[^(]*?(=|;).*");
  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO[D]O|FIX[M]E|X[X]X)\\b|@Disable[d]\\b|not implemented ye[t]");
  private static final Pattern MACHINE_PATH =
      Pattern.compile("\"[^\"]*/([w]ork|[r]oot|home/[a-z]+|Users/[a-z]+)/|\\.\\./shared");

  @Test
  void the_rules_read_enough_source_to_mean_something() throws IOException {
    int core = Checkout.coreSources().size();
    int tests = Checkout.testSources().size();
    assertTrue(core > 50, () -> "only " + core + " files of the core were found");
    assertTrue(tests > 5, () -> "only " + tests + " test files were found");
  }

  @Test
  void the_core_never_mentions_what_plugins_are_about() throws IOException {
    check(
        "core-words",
        "a plugin that needs the core to know its name shows that the SPI is wrong",
        Checkout.coreSources(),
        matches(CORE_WORDS));
  }

  @Test
  void plugins_see_the_spi_and_nothing_else_of_jacquard() throws IOException {
    check(
        "plugin-imports",
        "an outsider's plugin has the SPI alone, and ours have no privilege",
        Checkout.pluginSources(),
        matches(FOREIGN_TO_PLUGINS));
  }

  @Test
  void only_the_command_line_writes_to_the_console() throws IOException {
    check(
        "console",
        "stdout belongs to the command line's data; everything else logs",
        Checkout.mainSources().stream().filter(source -> !source.path().contains("/cli/")).toList(),
        matches(CONSOLE));
  }

  @Test
  void no_static_field_is_assigned_twice() throws IOException {
    check(
        "static-state",
        "two engines in one process must not meet in a static field",
        Checkout.mainSources(),
        matches(STATIC_STATE));
  }

  @Test
  void nothing_is_left_unfinished() throws IOException {
    check(
        "unfinished",
        "what is not done is an issue, not a comment; a test that does not run proves nothing",
        Stream.of(Checkout.mainSources(), Checkout.testSources()).flatMap(List::stream).toList(),
        matches(UNFINISHED));
  }

  @Test
  void no_path_of_somebodys_machine_is_in_the_source() throws IOException {
    check(
        "machine-path",
        "the checkout must work in any folder of any machine",
        Stream.of(Checkout.mainSources(), Checkout.testSources()).flatMap(List::stream).toList(),
        matches(MACHINE_PATH));
  }

  @Test
  void files_stay_small() throws IOException {
    ReviewedExceptions exceptions = ReviewedExceptions.of("file-length");
    List<String> offences = new ArrayList<>();
    for (Source source : Checkout.mainSources()) {
      int lines = source.lines().size();
      if (lines > LONGEST_FILE && !exceptions.allow(source.path())) {
        offences.add(source.path() + ": " + lines + " lines");
      }
    }
    offences.addAll(exceptions.stale());
    report("one file tells one story; over " + LONGEST_FILE + " lines it tells two", offences);
  }

  @Test
  void every_shipped_package_is_null_marked() throws IOException {
    Set<String> packages = new HashSet<>();
    Set<String> marked = new HashSet<>();
    for (Source source : Checkout.mainSources()) {
      String folder = source.path().substring(0, source.path().lastIndexOf('/'));
      packages.add(folder);
      boolean annotated =
          source.lines().stream().anyMatch(line -> line.matches("@(\\w+\\.)*NullMarked"));
      if (source.path().endsWith("/package-info.java") && annotated) {
        marked.add(folder);
      }
    }
    packages.removeIf(folder -> folder.endsWith("src/main/java"));
    packages.removeAll(marked);
    report(
        "NullAway passes over a package whose package-info.java does not say @NullMarked",
        packages.stream().sorted().toList());
  }

  private static Predicate<String> matches(Pattern pattern) {
    return line -> pattern.matcher(line).find();
  }

  private static void check(
      String rule, String because, List<Source> sources, Predicate<String> offends)
      throws IOException {
    ReviewedExceptions exceptions = ReviewedExceptions.of(rule);
    List<String> offences = new ArrayList<>();
    for (Source source : sources) {
      if (source.isUnder("engine-reference/src/test/java/dev/jacquard/architecture/")) {
        continue;
      }
      for (int i = 0; i < source.lines().size(); i++) {
        String line = source.lines().get(i);
        if (offends.test(line) && !exceptions.allow(source.path())) {
          offences.add(source.path() + ":" + (i + 1) + ": " + line.strip());
        }
      }
    }
    offences.addAll(exceptions.stale());
    report(because, offences);
  }

  private static void report(String because, List<String> offences) {
    if (!offences.isEmpty()) {
      fail("because " + because + ":\n" + String.join("\n", offences));
    }
  }
}
