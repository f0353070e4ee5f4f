package dev.jacquard.conformance.block;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A context whose manager tells the judge of every call. A policy gets hold of a manager only by
/// `paged`, which its factory calls; the manager it gets is the one that asks it.
final class EvictionTrap implements BlockSpaceContext {
  private final BlockSpaceContext context;
  private @Nullable BlockSpaceManager real;
  private @Nullable EvictionJudge judge;

  EvictionTrap(BlockSpaceContext context) {
    this.context = context;
  }

  /// From now on the manager of [#paged] is `manager`, and calls are told to `witness`.
  void connect(BlockSpaceManager manager, EvictionJudge witness) {
    real = manager;
    judge = witness;
  }

  @Override
  public BlockSpaceManager paged(EvictionPolicy policy) {
    BlockSpaceManager early = context.paged(policy);
    return (BlockSpaceManager)
        Proxy.newProxyInstance(
            BlockSpaceManager.class.getClassLoader(),
            new Class<?>[] {BlockSpaceManager.class},
            (_, method, arguments) -> {
              if (judge != null && method.getDeclaringClass() != Object.class) {
                judge.intruded(method.getName());
              }
              return passOn(method, real == null ? early : real, arguments);
            });
  }

  private static @Nullable Object passOn(
      Method method, BlockSpaceManager to, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(to, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  @Override
  public int blockSize() {
    return context.blockSize();
  }

  @Override
  public int deviceBlocks() {
    return context.deviceBlocks();
  }

  @Override
  public int hostBlocks() {
    return context.hostBlocks();
  }

  @Override
  public int maxSequences() {
    return context.maxSequences();
  }

  @Override
  public int maxSequenceLength() {
    return context.maxSequenceLength();
  }

  @Override
  public double watermark() {
    return context.watermark();
  }

  @Override
  public boolean prefixSharing() {
    return context.prefixSharing();
  }

  @Override
  public int window() {
    return context.window();
  }

  @Override
  public int sinkTokens() {
    return context.sinkTokens();
  }

  @Override
  public EngineClock clock() {
    return context.clock();
  }

  @Override
  public MetricSink metrics() {
    return context.metrics();
  }

  @Override
  public List<CacheListener> listeners() {
    return context.listeners();
  }

  @Override
  public <T> T instance(Class<T> type) {
    return context.instance(type);
  }
}
