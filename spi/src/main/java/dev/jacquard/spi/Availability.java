package dev.jacquard.spi;

/// Whether a provider can run on this machine, and if not, why.
public sealed interface Availability {
  /// Can run; `device` names where, for people.
  record Available(String device) implements Availability {}

  /// Cannot run; `reason` is one line that names what is missing and, if possible, the remedy.
  record Unavailable(String reason) implements Availability {}
}
