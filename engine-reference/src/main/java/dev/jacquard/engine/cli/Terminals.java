package dev.jacquard.engine.cli;

import java.io.Console;

/// Whether somebody sits in front of the command.
final class Terminals {
  private Terminals() {}

  static boolean interactive() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
