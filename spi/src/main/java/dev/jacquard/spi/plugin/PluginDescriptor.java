package dev.jacquard.spi.plugin;

import java.util.Objects;

/// Who a plugin is. Write `new PluginDescriptor("mine", "1.0.0", Spi.MAJOR, Spi.MINOR)`: `javac` inlines the constants, so the record states the SPI the plugin was
/// *compiled* against, and the host can refuse a mismatch before calling anything else (PLG-4).
///
/// @param id `[a-z][a-z0-9-]{0,62}`; configuration keys start with it, `--enable-ID` selects all it offers
/// @param version the plugin's own version, for people
/// @param spiMajor major version of the SPI it was compiled against
/// @param spiMinor minor version of the SPI it was compiled against
public record PluginDescriptor(String id, String version, int spiMajor, int spiMinor) {
  /// Checks for nulls; the host checks the grammar.
  public PluginDescriptor {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(version, "version is null");
  }
}
