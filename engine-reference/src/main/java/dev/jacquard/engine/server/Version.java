package dev.jacquard.engine.server;

/// The engine's version, from its jar.
public final class Version {
  private Version() {}

  /// The version, `dev` when run from classes.
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
