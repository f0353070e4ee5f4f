package dev.jacquard.conformance.plugin;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/// Standard output and standard error while a plugin does something. What its own threads write is kept back; what others write, and what a logger writes for it, goes where it was meant to.
final class StandardStreams {
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();
  private static final List<String> LOGGING =
      List.of(
          "java.util.logging.",
          "sun.util.logging.",
          "jdk.internal.logger.",
          "org.slf4j.",
          "ch.qos.logback.",
          "org.apache.logging.");
  private static final int MOST_SHOWN = 200;

  private StandardStreams() {}

  /// Runs `body` and answers what threads of `quarters` wrote meanwhile: `standard output: "…"`.
  static List<String> watch(Quarters quarters, Quarters.Body body) throws Exception {
    ONE_AT_A_TIME.lockInterruptibly();
    PrintStream out = System.out;
    PrintStream err = System.err;
    Watched watchedOut = new Watched(out, quarters);
    Watched watchedErr = new Watched(err, quarters);
    System.setOut(new PrintStream(watchedOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(watchedErr, true, StandardCharsets.UTF_8));
    try {
      body.run();
    } finally {
      System.setOut(out);
      System.setErr(err);
      ONE_AT_A_TIME.unlock();
    }
    List<String> written = new ArrayList<>();
    add(written, "standard output", watchedOut);
    add(written, "standard error", watchedErr);
    return written;
  }

  private static void add(List<String> written, String what, Watched stream) {
    String text = String.join("", stream.kept);
    if (!text.isEmpty()) {
      String shown = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
      written.add(what + ": \"" + shown.strip() + "\"");
    }
  }

  private static final class Watched extends OutputStream {
    private final PrintStream to;
    private final Quarters quarters;
    private final Queue<String> kept = new ConcurrentLinkedQueue<>();

    Watched(PrintStream to, Quarters quarters) {
      this.to = to;
      this.quarters = quarters;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      if (quarters.owns(Thread.currentThread()) && !isLogging()) {
        kept.add(new String(bytes, from, count, StandardCharsets.UTF_8));
      } else {
        to.write(bytes, from, count);
      }
    }

    @Override
    public void flush() {
      to.flush();
    }

    private static boolean isLogging() {
      Set<StackWalker.Option> none = Set.of();
      return StackWalker.getInstance(none)
          .walk(frames ->
              frames.anyMatch(
                  frame -> LOGGING.stream().anyMatch(frame.getClassName()::startsWith)));
    }
  }
}
