package dev.jacquard.engine.block;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.plugin.PluginInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/// Sizes for a manager under test; counts what its one counter was raised by.
final class TestContext implements BlockSpaceContext, MetricSink {
  int blockSize = 4;
  int deviceBlocks = 8;
  int hostBlocks;
  double watermark;
  boolean prefixSharing = true;
  int window;
  int sinkTokens;
  long now;
  double counted;
  String countedLabels = "";
  final List<CacheListener> listeners = new ArrayList<>();

  static TestContext sized(int blockSize, int deviceBlocks, int hostBlocks) {
    TestContext context = new TestContext();
    context.blockSize = blockSize;
    context.deviceBlocks = deviceBlocks;
    context.hostBlocks = hostBlocks;
    return context;
  }

  @Override
  public int blockSize() {
    return blockSize;
  }

  @Override
  public int deviceBlocks() {
    return deviceBlocks;
  }

  @Override
  public int hostBlocks() {
    return hostBlocks;
  }

  @Override
  public int maxSequences() {
    return 64;
  }

  @Override
  public int maxSequenceLength() {
    return 4096;
  }

  @Override
  public double watermark() {
    return watermark;
  }

  @Override
  public boolean prefixSharing() {
    return prefixSharing;
  }

  @Override
  public int window() {
    return window;
  }

  @Override
  public int sinkTokens() {
    return sinkTokens;
  }

  @Override
  public EngineClock clock() {
    return () -> now;
  }

  @Override
  public MetricSink metrics() {
    return this;
  }

  @Override
  public List<CacheListener> listeners() {
    return listeners;
  }

  @Override
  public <T> T instance(Class<T> type) {
    return type.cast(PluginInstance.NOTHING_SHARED);
  }

  @Override
  public BlockSpaceManager paged(EvictionPolicy policy) {
    return new PagedBlockSpaceManager(this, policy);
  }

  @Override
  public Counter counter(String name, String help, List<String> labels) {
    return new Counter() {
      @Override
      public void add(double amount) {
        counted += amount;
      }

      @Override
      public Counter with(String... labelValues) {
        countedLabels = name + labels + List.of(labelValues);
        return this;
      }
    };
  }

  @Override
  public void gauge(String name, String help, DoubleSupplier value) {}

  @Override
  public Histogram histogram(String name, String help, List<String> labels, double... bounds) {
    throw new AssertionError("no histogram is expected");
  }
}
