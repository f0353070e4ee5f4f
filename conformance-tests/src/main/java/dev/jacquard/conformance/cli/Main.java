package dev.jacquard.conformance.cli;

import dev.jacquard.conformance.CheckResult;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.report.ComponentReport;
import dev.jacquard.conformance.report.HumanReport;
import dev.jacquard.conformance.report.JsonReport;
import dev.jacquard.conformance.report.JunitXmlReport;
import dev.jacquard.conformance.report.Report;
import dev.jacquard.spi.Spi;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// `java -jar conformance-tests.jar --plugin mine.jar`: tries a plugin rule by rule.
public final class Main {
  static final int CONFORMANT = 0;
  static final int NOT_CONFORMANT = 1;
  static final int USAGE = 2;
  static final int NOT_AVAILABLE = 3;

  private final PrintStream out;
  private final PrintStream err;

  Main(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /// Runs and exits, see [Usage#TEXT].
  public static void main(String[] arguments) throws InterruptedException {
    int status = new Main(System.out, System.err).run(arguments);
    System.out.flush();
    System.exit(status);
  }

  int run(String[] arguments) throws InterruptedException {
    List<String> words = Arrays.asList(arguments);
    if (words.isEmpty() || words.contains("--help") || words.contains("-h")) {
      (words.isEmpty() ? err : out).print(Usage.TEXT);
      return words.isEmpty() ? USAGE : CONFORMANT;
    }
    if (words.contains("--list-rules")) {
      for (Rule rule : Rule.values()) {
        out.printf(
            Locale.ROOT,
            "%-7s %-10s %-6s %s%n",
            rule.id(),
            rule.level(),
            rule.binds(),
            rule.title());
      }
      return CONFORMANT;
    }
    try {
      return run(Options.parse(arguments));
    } catch (Usage e) {
      err.println("conformance: " + e.getMessage());
      err.println("(--help lists the options)");
      return USAGE;
    }
  }

  private int run(Options options) throws InterruptedException, Usage {
    Supervisor supervisor = new Supervisor(options, new ConsoleProgress(err));
    Report report = supervisor.run();
    out.printf(
        Locale.ROOT,
        "conformance · SPI %s · seed 0x%X · budget %s · plugin %s (%s)%n",
        Spi.version(),
        report.seed(),
        report.budget().name().toLowerCase(Locale.ROOT),
        report.plugin(),
        report.place());
    HumanReport human =
        new HumanReport(out, supervisor::causes, result -> reproduce(options, result));
    for (ComponentReport component : report.components()) {
      human.print(component);
    }
    for (Path file : options.reports()) {
      write(file, report);
    }
    human.printEnd(report);
    return status(options, report);
  }

  private static int status(Options options, Report report) {
    if (report.components().isEmpty()) {
      return USAGE;
    }
    if (report.broken() || (report.incomplete() && options.requireAvailable())) {
      return NOT_CONFORMANT;
    }
    return report.incomplete() ? NOT_AVAILABLE : CONFORMANT;
  }

  private static String reproduce(Options options, CheckResult result) {
    StringBuilder line =
        new StringBuilder("java -jar conformance-tests.jar --plugin ").append(options.plugin());
    options.settings().forEach((key, value) -> line.append(" --set ").append(key + "=" + value));
    return line.append(" --rule ")
        .append(result.rule().id())
        .append(" --budget ")
        .append(options.run().budget().name().toLowerCase(Locale.ROOT))
        .append(String.format(Locale.ROOT, " --seed 0x%X", options.run().seed()))
        .toString();
  }

  private static void write(Path file, Report report) throws Usage {
    boolean xml = file.toString().endsWith(".xml");
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(file, xml ? JunitXmlReport.of(report) : JsonReport.of(report));
    } catch (IOException e) {
      throw new Usage("--report " + file + " cannot be written: " + e);
    }
  }
}
