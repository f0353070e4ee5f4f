package dev.jacquard.engine.wiring;

import dev.jacquard.engine.EngineConfig;
import dev.jacquard.engine.block.PagedBlockSpaceManager;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.plugin.PluginInstance;
import java.util.List;

/// The engine's side of a block space manager.
record EngineBlockContext(
    EngineConfig config,
    EngineShape shape,
    int window,
    EngineClock clock,
    MetricSink metrics,
    List<CacheListener> listeners,
    PluginInstance plugin)
    implements BlockSpaceContext {
  @Override
  public int blockSize() {
    return config.blockSize();
  }

  @Override
  public int deviceBlocks() {
    return shape.deviceBlocks();
  }

  @Override
  public int hostBlocks() {
    return shape.hostBlocks();
  }

  @Override
  public int maxSequences() {
    return shape.limits().maxSequences();
  }

  @Override
  public int maxSequenceLength() {
    return shape.maxModelLength();
  }

  @Override
  public double watermark() {
    return config.watermark();
  }

  @Override
  public boolean prefixSharing() {
    return config.prefixCaching();
  }

  @Override
  public int sinkTokens() {
    return 0;
  }

  @Override
  public BlockSpaceManager paged(EvictionPolicy policy) {
    return new PagedBlockSpaceManager(this, policy);
  }

  @Override
  public <T> T instance(Class<T> type) {
    return type.cast(plugin);
  }
}
