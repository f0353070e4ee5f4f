package dev.jacquard.conformance.naive;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.plugin.PluginInstance;
import java.util.List;

/// The context of a naive manager, or of any other; [#paged] gives a [NaiveBlockSpaceManager]. A
/// change makes a copy.
public record NaiveBlockSpaceContext(
    int blockSize,
    int deviceBlocks,
    int hostBlocks,
    int maxSequences,
    int maxSequenceLength,
    double watermark,
    boolean prefixSharing,
    int window,
    int sinkTokens,
    EngineClock clock,
    MetricSink metrics,
    List<CacheListener> listeners,
    PluginInstance plugin)
    implements BlockSpaceContext {
  /// Full attention, sharing on, no host tier, the usual watermark, sequences up to the whole pool.
  public static NaiveBlockSpaceContext of(int blockSize, int deviceBlocks, EngineClock clock) {
    return new NaiveBlockSpaceContext(
        blockSize,
        deviceBlocks,
        0,
        64,
        blockSize * deviceBlocks,
        0.01,
        true,
        0,
        0,
        clock,
        new NoMetrics(),
        List.of(),
        PluginInstance.NOTHING_SHARED);
  }

  /// With a host tier.
  public NaiveBlockSpaceContext withHost(int blocks) {
    return new NaiveBlockSpaceContext(
        blockSize,
        deviceBlocks,
        blocks,
        maxSequences,
        maxSequenceLength,
        watermark,
        prefixSharing,
        window,
        sinkTokens,
        clock,
        metrics,
        listeners,
        plugin);
  }

  /// With another watermark and with sharing on or off.
  public NaiveBlockSpaceContext withRules(double share, boolean sharing) {
    return new NaiveBlockSpaceContext(
        blockSize,
        deviceBlocks,
        hostBlocks,
        maxSequences,
        maxSequenceLength,
        share,
        sharing,
        window,
        sinkTokens,
        clock,
        metrics,
        listeners,
        plugin);
  }

  /// With windowed attention.
  public NaiveBlockSpaceContext withWindow(int tokens, int sinks) {
    return new NaiveBlockSpaceContext(
        blockSize,
        deviceBlocks,
        hostBlocks,
        maxSequences,
        maxSequenceLength,
        watermark,
        prefixSharing,
        tokens,
        sinks,
        clock,
        metrics,
        listeners,
        plugin);
  }

  /// With more sequences than the usual 64.
  public NaiveBlockSpaceContext withSequences(int sequences) {
    return new NaiveBlockSpaceContext(
        blockSize,
        deviceBlocks,
        hostBlocks,
        sequences,
        maxSequenceLength,
        watermark,
        prefixSharing,
        window,
        sinkTokens,
        clock,
        metrics,
        listeners,
        plugin);
  }

  /// With these listeners, in order.
  public NaiveBlockSpaceContext withListeners(List<? extends CacheListener> heard) {
    return new NaiveBlockSpaceContext(
        blockSize,
        deviceBlocks,
        hostBlocks,
        maxSequences,
        maxSequenceLength,
        watermark,
        prefixSharing,
        window,
        sinkTokens,
        clock,
        metrics,
        List.copyOf(heard),
        plugin);
  }

  @Override
  public BlockSpaceManager paged(EvictionPolicy policy) {
    return new NaiveBlockSpaceManager(this, policy);
  }

  @Override
  public <T> T instance(Class<T> type) {
    return type.cast(plugin);
  }
}
