package dev.jacquard.conformance.cli;

import java.io.PrintStream;

/// Says on standard error how far a long run has come, at most once in a few seconds, and passes on
/// what the plugin prints.
final class ConsoleProgress implements Supervisor.Progress {
  private static final long EVERY_NANOS = 5_000_000_000L;

  private final PrintStream err;
  private long last = System.nanoTime();

  ConsoleProgress(PrintStream err) {
    this.err = err;
  }

  @Override
  public void check(int done, int all, String running) {
    long now = System.nanoTime();
    if (now - last > EVERY_NANOS) {
      last = now;
      err.println("[" + done + "/" + all + "] " + running);
    }
  }

  @Override
  public void printed(String line) {
    err.println(line);
  }
}
