package dev.jacquard.spi.block;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import java.util.List;

/// What the host gives a block space manager at creation. Implemented by the engine, and by the conformance kit over its naive mechanism.
public interface BlockSpaceContext {
  /// Tokens in a block, at least 1.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-1
  int blockSize();

  /// Blocks of the device tier, at least 1.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-1
  int deviceBlocks();

  /// Blocks of the host tier, 0 when there is none.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-1, BSM-17
  int hostBlocks();

  /// Ids of sequences are below this.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-1
  int maxSequences();

  /// The longest sequence in tokens.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-8
  int maxSequenceLength();

  /// Share of the device blocks kept free at admission while something runs, in `[0, 1)`.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-15
  double watermark();

  /// Whether prefixes are shared between sequences. Without it blocks are never cached.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-3
  boolean prefixSharing();

  /// Tokens a position attends to, itself included, when every layer is windowed; 0 for full attention. Version 0.1 has one layer group.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-21
  int window();

  /// First positions that stay visible to all although the attention is windowed.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-21
  int sinkTokens();

  /// The engine's time.
  ///
  /// - Thread: the creating thread
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: SCH-8
  EngineClock clock();

  /// Where metrics are registered.
  ///
  /// - Thread: the creating thread
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: PLG-15
  MetricSink metrics();

  /// Listeners to report to, in order. An eviction policy given to [#paged] hears events too and is not in this list.
  ///
  /// - Thread: the creating thread
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: BSM-18
  List<CacheListener> listeners();

  /// What the plugin that offers this manager opened for this engine, as its own class: the answer of its [dev.jacquard.spi.plugin.EnginePlugin#open].
  ///
  /// @throws ClassCastException when the plugin opened something else
  ///
  /// - Thread: the creating thread
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: PLG-11
  <T> T instance(Class<T> type);

  /// The host's paged mechanism with the given order of eviction. The answer is the manager to return from the factory.
  ///
  /// - Thread: the creating thread
  /// - Ownership: the policy belongs to the manager from now on
  /// - Allocation: free
  /// - Rules: BSM-22, EVP-1
  BlockSpaceManager paged(EvictionPolicy policy);
}
