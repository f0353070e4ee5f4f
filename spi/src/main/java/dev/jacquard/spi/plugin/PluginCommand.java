package dev.jacquard.spi.plugin;

import java.io.PrintStream;
import java.util.List;

/// A command a plugin adds to the `jacquard` launcher.
public interface PluginCommand {
  /// `[a-z][a-z0-9-]{0,62}`, different from every other command's.
  ///
  /// - Thread: the starting thread
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-16
  String name();

  /// One line for the help.
  ///
  /// - Thread: the starting thread
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-16
  String description();

  /// Runs the command: data to `out`, progress and errors to `err`.
  ///
  /// @return the exit code: 0 done, 1 failed, 2 wrong usage
  ///
  /// - Thread: the main thread
  /// - Ownership: the host keeps the streams
  /// - Allocation: free
  /// - Rules: PLG-16
  int run(List<String> arguments, PrintStream out, PrintStream err);
}
