package dev.jacquard.spi;

/// The version of the service provider interface.
///
/// `javac` inlines the two constants into a plugin's [dev.jacquard.spi.plugin.PluginDescriptor], so the descriptor states the version the plugin was
/// *compiled* against. A host runs plugins of its own major version whose minor version is not newer than its own (PLG-4).
public final class Spi {
  /// Raised when an existing plugin may no longer run.
  public static final int MAJOR = 0;

  /// Raised when something was added.
  public static final int MINOR = 1;

  private Spi() {}

  /// `"0.1"`, for messages.
  public static String version() {
    return MAJOR + "." + MINOR;
  }
}
