package dev.jacquard.engine.cli;

import java.io.Console;

/// Whether somebody sits in front of the command.
final class Terminals {
  private Terminals() {}

  @SuppressWarnings(
      "SystemConsoleNull") // null is what a JVM without the console module still answers
  static boolean interactive() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
