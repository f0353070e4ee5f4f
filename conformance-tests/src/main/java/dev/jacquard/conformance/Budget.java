package dev.jacquard.conformance;

/// How much a run may cost. Fixed numbers of rounds, never a time, so that one seed gives one result.
public enum Budget {
  /// Under a minute for a component on two cores: for every build.
  QUICK,
  /// Minutes for a component: before a release.
  FULL
}
