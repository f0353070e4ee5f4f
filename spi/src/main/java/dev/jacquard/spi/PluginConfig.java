package dev.jacquard.spi;

import java.time.Duration;

/// The configuration of one plugin, read once while it is being created.
///
/// Asking for a key marks it as used; keys that nobody asked for are start-up errors with the nearest known key. Every method throws
/// [dev.jacquard.spi.error.ConfigurationException] naming the full key, the value and the accepted range when a value cannot be read. Implemented by the host.
public interface PluginConfig {
  /// The text of `key`, or `fallback` when it is not set.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-9
  String string(String key, String fallback);

  /// The whole number of `key` in `[min, max]`.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-9
  int integer(String key, int fallback, int min, int max);

  /// The finite number of `key` in `[min, max]`.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-9
  double number(String key, double fallback, double min, double max);

  /// The switch `key`: `true` or `false`.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-9
  boolean flag(String key, boolean fallback);

  /// An amount of memory such as `512MiB`, `4GiB` or a plain number of bytes.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-9
  long bytes(String key, long fallback);

  /// A duration such as `250ms`, `30s`, `5m` or ISO-8601.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-9
  Duration duration(String key, Duration fallback);

  /// One of an enum's constants, written in lower case with `-` or `_`.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-9
  <E extends Enum<E>> E oneOf(String key, Class<E> type, E fallback);

  /// The error a component throws when a value it has read makes no sense to it.
  ///
  /// - Thread: the creating thread
  /// - Ownership: the caller throws the answer
  /// - Allocation: free
  /// - Rules: PLG-9
  dev.jacquard.spi.error.ConfigurationException reject(String key, String why);
}
