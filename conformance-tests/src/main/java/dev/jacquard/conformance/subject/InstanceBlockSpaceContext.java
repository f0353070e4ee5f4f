package dev.jacquard.conformance.subject;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.plugin.PluginInstance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Another context, with a plugin's instance. Remembers the policy given to [#paged], and the
/// manager made of it.
final class InstanceBlockSpaceContext implements BlockSpaceContext {
  private final BlockSpaceContext to;
  private final PluginInstance instance;
  private @Nullable EvictionPolicy policy;
  private @Nullable BlockSpaceManager mechanism;

  InstanceBlockSpaceContext(BlockSpaceContext to, PluginInstance instance) {
    this.to = to;
    this.instance = instance;
  }

  @Nullable EvictionPolicy policy() {
    return policy;
  }

  @Nullable BlockSpaceManager mechanism() {
    return mechanism;
  }

  @Override
  public BlockSpaceManager paged(EvictionPolicy chosen) {
    BlockSpaceManager made = to.paged(chosen);
    policy = chosen;
    mechanism = made;
    return made;
  }

  @Override
  public <T> T instance(Class<T> type) {
    return type.cast(instance);
  }

  @Override
  public int blockSize() {
    return to.blockSize();
  }

  @Override
  public int deviceBlocks() {
    return to.deviceBlocks();
  }

  @Override
  public int hostBlocks() {
    return to.hostBlocks();
  }

  @Override
  public int maxSequences() {
    return to.maxSequences();
  }

  @Override
  public int maxSequenceLength() {
    return to.maxSequenceLength();
  }

  @Override
  public double watermark() {
    return to.watermark();
  }

  @Override
  public boolean prefixSharing() {
    return to.prefixSharing();
  }

  @Override
  public int window() {
    return to.window();
  }

  @Override
  public int sinkTokens() {
    return to.sinkTokens();
  }

  @Override
  public EngineClock clock() {
    return to.clock();
  }

  @Override
  public MetricSink metrics() {
    return to.metrics();
  }

  @Override
  public List<CacheListener> listeners() {
    return to.listeners();
  }
}
