package dev.jacquard.conformance.cli;

import dev.jacquard.conformance.CheckResult.Outcome;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A process that runs the plugin. It may hang or die; the parent does neither.
final class Child implements AutoCloseable {
  private static final String END = "";
  private static final int LAST_LINES = 12;

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> output = new ArrayList<>();
  private final Consumer<String> printed;

  /// Starts a child that skips the first `from` checks.
  ///
  /// @param printed is told each line that the plugin prints
  Child(Options options, int from, Consumer<String> printed) {
    this.printed = printed;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + options.heap());
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      command.addAll(3, List.of("--add-modules", "jdk.incubator.vector"));
    }
    command.add(Worker.class.getName());
    command.add(Integer.toString(from));
    command.addAll(options.words());
    try {
      process =
          new ProcessBuilder(command)
              .redirectInput(new File(isWindows() ? "NUL" : "/dev/null"))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.getFirst(), e);
    }
    Thread.ofVirtual()
        .name("conformance child messages")
        .start(() -> {
          pump(process.getInputStream(), lines::add);
          lines.add(END);
        });
    Thread.ofVirtual()
        .name("conformance child output")
        .start(() -> pump(process.getErrorStream(), this::heard));
  }

  private static boolean isWindows() {
    return File.separatorChar == '\\';
  }

  private static void pump(InputStream from, Consumer<String> to) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
      reader.lines().filter(line -> !line.isEmpty()).forEach(to);
    } catch (IOException | UncheckedIOException e) {
      to.accept("its output cannot be read: " + e);
    }
  }

  private synchronized void heard(String line) {
    if (output.size() == LAST_LINES) {
      output.removeFirst();
    }
    output.add(line);
    printed.accept(line);
  }

  private synchronized String lastLines() {
    return output.isEmpty() ? "" : "; its last lines:\n" + String.join("\n", output);
  }

  /// The next message; empty when there is none within `seconds`, or the process ended.
  Optional<Message> next(long seconds) throws InterruptedException {
    while (true) {
      String line = lines.poll(seconds, TimeUnit.SECONDS);
      if (line == null || line.equals(END)) {
        return Optional.empty();
      }
      Optional<Message> message = Message.read(line);
      if (message.isPresent()) {
        return message;
      }
      heard(line);
    }
  }

  /// Why there are no more messages, after [#next] gave none.
  String epitaph() throws InterruptedException {
    if (!process.waitFor(1, TimeUnit.SECONDS)) {
      return "its process said nothing more and was ended";
    }
    String last = lastLines();
    return switch (process.exitValue()) {
      case 3 -> "it took all of the heap (--heap), and its process ended" + last;
      default -> "its process ended with status " + process.exitValue() + last;
    };
  }

  /// The result that stands for a check in which the process ended.
  static Message.Ended died(int number, String why) {
    return new Message.Ended(number, Outcome.FAILED, true, 0, why);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
