package dev.jacquard.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Prose, enum, checks, mutants, the SPI's Javadoc and the table of mutants say the same.
class TraceabilityTest {
  private static final Path ROOT = Path.of("..");
  private static final Path TABLE = ROOT.resolve("docs/conformance/mutants.md");
  private static final Pattern PROSE =
      Pattern.compile(
          "(?ms)^\\*\\*([A-Z]{3}-\\d+)\\*\\* (MUST|SHOULD|STOCHASTIC|UNTESTED)(\\([^)]*\\))?,? ?(.*?)(?=\\n\\n|\\z)");
  private static final Pattern ID = Pattern.compile("\\b(PLG|BSM|EVP|SCH|SCP|KRN)-\\d+\\b");

  private record Written(String level, String reason, String text) {}

  private static final Map<Rule, List<String>> CHECKS = new EnumMap<>(Rule.class);
  private static final Map<Rule, List<String>> MUTANTS = new EnumMap<>(Rule.class);

  @BeforeAll
  static void collect() {
    for (SelfTest<?> group : groups()) {
      group.allChecks().forEach(check -> add(CHECKS, check.rule(), check.name()));
      group.allMutants().forEach(mutant -> add(MUTANTS, mutant.breaks(), mutant.name()));
    }
  }

  private static void add(Map<Rule, List<String>> map, Rule rule, String name) {
    List<String> names = map.computeIfAbsent(rule, _ -> new ArrayList<>());
    if (!names.contains(name)) {
      names.add(name);
    }
  }

  /// All self tests on the class path of the tests, whoever wrote them.
  private static List<SelfTest<?>> groups() {
    Path classes =
        Path.of(
            TraceabilityTest.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    List<SelfTest<?>> groups = new ArrayList<>();
    for (Path file : files(classes, "SelfTest.class")) {
      String name =
          classes.relativize(file).toString().replace('/', '.').replaceFirst("\\.class$", "");
      if (!name.equals(SelfTest.class.getName())) {
        try {
          Constructor<?> constructor = Class.forName(name).getDeclaredConstructor();
          constructor.setAccessible(true);
          groups.add((SelfTest<?>) constructor.newInstance());
        } catch (ReflectiveOperationException e) {
          throw new AssertionError(name, e);
        }
      }
    }
    return groups;
  }

  private static List<Path> files(Path folder, String end) {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(file -> file.toString().endsWith(end)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Written> prose() throws IOException {
    Map<String, Written> rules = new TreeMap<>();
    for (Path page : files(ROOT.resolve("docs/spec"), ".md")) {
      Matcher matcher = PROSE.matcher(Files.readString(page));
      while (matcher.find()) {
        String text = matcher.group(4).replaceAll("\\s+", " ");
        String reason = matcher.group(3) == null ? "" : matcher.group(3);
        Written before = rules.put(matcher.group(1), new Written(matcher.group(2), reason, text));
        assertEquals(null, before, () -> matcher.group(1) + " stands twice in docs/spec");
      }
    }
    return rules;
  }

  @Test
  void proseAndEnumHoldTheSameRules() throws IOException {
    Map<String, Written> prose = prose();
    Set<String> ids = new TreeSet<>(Arrays.stream(Rule.values()).map(Rule::id).toList());
    assertEquals(ids, new TreeSet<>(prose.keySet()));
    assertTrue(ids.size() >= 100, "too few rules to be all of them: " + ids.size());
    for (Rule rule : Rule.values()) {
      Written written = prose.get(rule.id());
      String text = written.text();
      assertEquals(rule.level().name(), written.level(), rule::id);
      assertEquals(rule.binds() == Rule.Binds.HOST, text.startsWith("(*host*) "), rule::id);
      String sentence = text.replaceFirst("^\\(\\*host\\*\\) ", "");
      assertTrue(
          sentence.startsWith(rule.title()),
          () -> rule.id() + " begins `" + sentence + "`, its title is `" + rule.title() + "`");
      assertEquals(rule.level() == Level.UNTESTED, !written.reason().isEmpty(), rule::id);
    }
  }

  @Test
  void onlyOneMustRuleIsUntested() {
    Set<Rule> untested = EnumSet.noneOf(Rule.class);
    for (Rule rule : Rule.values()) {
      if (rule.level() == Level.UNTESTED) {
        untested.add(rule);
      }
    }
    assertEquals(EnumSet.of(Rule.PLG_1), untested);
  }

  @Test
  void everyRuleHasACheckAndEveryMustAMutant() {
    List<String> missing = new ArrayList<>();
    for (Rule rule : Rule.values()) {
      if (rule.level() != Level.UNTESTED && !CHECKS.containsKey(rule)) {
        missing.add(rule.id() + " has no check");
      }
      if (rule.level() == Level.MUST && !MUTANTS.containsKey(rule)) {
        missing.add(rule.id() + " has no mutant");
      }
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void everyRuleTheSpiNamesExists() throws IOException {
    Set<String> unknown = new TreeSet<>();
    int seen = 0;
    for (Path file : files(ROOT.resolve("spi/src/main/java"), ".java")) {
      Matcher matcher = ID.matcher(Files.readString(file));
      while (matcher.find()) {
        seen++;
        if (Rule.of(matcher.group()).isEmpty()) {
          unknown.add(file.getFileName() + " " + matcher.group());
        }
      }
    }
    assertTrue(seen > 100, "too few ids to be all of them: " + seen);
    assertEquals(Set.of(), unknown);
  }

  @Test
  void theTableOfMutantsIsTheOneInTheDocs() throws IOException {
    String table = table();
    if (Boolean.getBoolean("conformance.mutants.update")) {
      Files.createDirectories(TABLE.getParent());
      Files.writeString(TABLE, table);
    }
    assertEquals(
        Files.exists(TABLE) ? Files.readString(TABLE) : "",
        table,
        "rewrite it with ./mvnw -pl spi,conformance-tests test -Dtest=TraceabilityTest"
            + " -Dconformance.mutants.update=true");
  }

  private static String table() {
    StringBuilder text =
        new StringBuilder(
            """
            # Rules, checks and mutants

            Written by a test of the kit, read in review: what each rule is tried with, and the broken implementations that die by a check of
            that very rule. Rewrite it with `./mvnw -pl spi,conformance-tests test -Dtest=TraceabilityTest -Dconformance.mutants.update=true`.

            | rule | level | checks | mutants |
            |---|---|---|---|
            """);
    Arrays.stream(Rule.values())
        .sorted(Comparator.comparing(Rule::ordinal))
        .forEach(rule ->
            text.append("| ")
                .append(rule.id())
                .append(" | ")
                .append(rule.level())
                .append(rule.binds() == Rule.Binds.HOST ? " (host)" : "")
                .append(" | ")
                .append(cell(CHECKS.getOrDefault(rule, List.of())))
                .append(" | ")
                .append(cell(MUTANTS.getOrDefault(rule, List.of())))
                .append(" |\n"));
    return text.toString();
  }

  private static String cell(List<String> names) {
    return names.isEmpty() ? "–" : String.join("; ", names).replace("|", "\\|").replace("\n", " ");
  }
}
