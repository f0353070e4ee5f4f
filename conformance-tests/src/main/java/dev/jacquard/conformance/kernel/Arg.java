package dev.jacquard.conformance.kernel;

/// An argument of an operation, as the fixture makes it.
///
/// @param role its name in the SPI
/// @param width elements of a row
record Arg(String role, int width, Use use) {
  /// What the operation does with it.
  enum Use {
    READ,
    WRITTEN,
    CHANGED,
    WEIGHT
  }

  boolean written() {
    return use == Use.WRITTEN || use == Use.CHANGED;
  }

  boolean weight() {
    return use == Use.WEIGHT;
  }
}
