package dev.jacquard.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// Every method of an SPI interface says its thread, its ownership, its allocation and its rules: a plugin's author should never have to guess, and no method escapes the prose.
class JavadocContractTest {
  private static final Pattern RULE = Pattern.compile("(PLG|BSM|SCH|KRN|EVP|SCP)-\\d+");
  private static final Pattern DEFINITION =
      Pattern.compile("\\*\\*(" + RULE.pattern() + ")\\b[^*]*\\*\\*");
  private static final List<String> LINES =
      List.of("- Thread: ", "- Ownership: ", "- Allocation: ", "- Rules: ");

  @Test
  void everyMethodOfAnSpiInterfaceEndsItsJavadocWithTheFourLines() throws IOException {
    Map<String, String> docs = docs(sources());
    assertTrue(
        docs.size() >= 100,
        "only " + docs.size() + " methods were seen; the check would pass by looking at nothing");
    List<String> wrong = new ArrayList<>();
    docs.forEach((method, doc) -> problem(doc).ifPresent(why -> wrong.add(method + ": " + why)));
    assertTrue(wrong.isEmpty(), () -> "\n" + String.join("\n", wrong));
  }

  @Test
  void everyRuleAnSpiMethodNamesIsDefinedInTheSpec() throws IOException {
    Path spec = module().resolve("../docs/spec").normalize();
    assumeTrue(Files.isDirectory(spec), "docs/spec is not there, so rules cannot be looked up");
    Set<String> defined = new TreeSet<>();
    try (Stream<Path> files = Files.walk(spec)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".md")).toList()) {
        Matcher matcher = DEFINITION.matcher(Files.readString(file));
        while (matcher.find()) {
          defined.add(matcher.group(1));
        }
      }
    }
    assumeTrue(!defined.isEmpty(), "docs/spec defines no rule yet");
    List<String> wrong = new ArrayList<>();
    docs(sources())
        .forEach((method, doc) -> {
          for (String rule : rules(doc)) {
            if (!defined.contains(rule)) {
              wrong.add(method + ": " + rule + " is not defined in docs/spec");
            }
          }
        });
    assertTrue(wrong.isEmpty(), () -> "\n" + String.join("\n", wrong));
  }

  @Test
  void theCheckItselfFindsWhatIsMissing() {
    String good = "Text.\n\n- Thread: any\n- Ownership: none\n- Allocation: none\n- Rules: BSM-1";
    assertEquals(List.of("BSM-1"), rules(good));
    assertTrue(problem(good).isEmpty());
    assertFalse(problem("").isEmpty());
    assertFalse(problem(good.replace("- Thread: any\n", "")).isEmpty());
    assertFalse(problem(good.replace("- Allocation: none", "- Allocation:")).isEmpty());
    assertFalse(problem(good.replace("BSM-1", "BSM")).isEmpty());
    assertFalse(problem(good.replace("BSM-1", "ABC-1")).isEmpty());
    assertFalse(problem(good + "\n\nMore text.").isEmpty());
  }

  private static Optional<String> problem(String doc) {
    List<String> lines = doc.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (lines.size() < LINES.size() + 1) {
      return Optional.of("has no Javadoc that ends with " + LINES);
    }
    List<String> last = lines.subList(lines.size() - LINES.size(), lines.size());
    for (int i = 0; i < LINES.size(); i++) {
      String start = LINES.get(i);
      if (!last.get(i).startsWith(start) || last.get(i).length() == start.length()) {
        return Optional.of("lacks the line '" + start + "…' in its place");
      }
    }
    List<String> rules = rules(doc);
    List<String> malformed = rules.stream().filter(r -> !RULE.matcher(r).matches()).toList();
    return malformed.isEmpty()
        ? Optional.empty()
        : Optional.of("names " + malformed + ", which is no rule");
  }

  private static List<String> rules(String doc) {
    String last = doc.strip().lines().reduce("", (_, line) -> line).strip();
    return Arrays.stream(last.replaceFirst("^- Rules:", "").split(",", -1))
        .map(String::strip)
        .toList();
  }

  /// The Javadoc of every method of every interface, nested ones too, by its name and place; empty where there is none.
  private static Map<String, String> docs(List<Path> sources) throws IOException {
    Map<String, String> docs = new LinkedHashMap<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources));
      DocTrees trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new InterfaceMethods(trees, unit, docs).scan(unit, null);
      }
    }
    return docs;
  }

  private static final class InterfaceMethods extends TreePathScanner<Void, Void> {
    private final DocTrees trees;
    private final CompilationUnitTree unit;
    private final Map<String, String> docs;

    InterfaceMethods(DocTrees trees, CompilationUnitTree unit, Map<String, String> docs) {
      this.trees = trees;
      this.unit = unit;
      this.docs = docs;
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      if (getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type
          && type.getKind() == Tree.Kind.INTERFACE) {
        String doc = trees.getDocComment(getCurrentPath());
        long line =
            unit.getLineMap()
                .getLineNumber(trees.getSourcePositions().getStartPosition(unit, method));
        String parameters =
            method.getParameters().stream()
                .map(parameter -> parameter.getType().toString())
                .collect(Collectors.joining(", ", "(", ")"));
        docs.put(
            unit.getPackageName()
                + "."
                + type.getSimpleName()
                + "."
                + method.getName()
                + parameters
                + " (line "
                + line
                + ")",
            doc == null ? "" : doc);
      }
      return null; // a method's body holds no interface of the SPI
    }
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(module().resolve("src/main/java/dev/jacquard/spi"))) {
      return files.filter(path -> path.toString().endsWith(".java")).sorted().toList();
    }
  }

  /// The folder of this module: surefire names it, an IDE starts in it or above it.
  private static Path module() {
    Path start = Path.of(System.getProperty("basedir", System.getProperty("user.dir")));
    return Files.isDirectory(start.resolve("src/main/java/dev/jacquard/spi"))
        ? start
        : start.resolve("spi");
  }
}
