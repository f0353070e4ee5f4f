package dev.jacquard.engine.e2e;

import dev.jacquard.spi.Availability;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.BackendCapabilities;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.DeviceMemory;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.kernel.KernelContext;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightSpec;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.plugin.PluginDescriptor;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerFactory;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.lang.foreign.Arena;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A plugin as an outsider would ship it, except that it fails: its scheduler throws once, in the
/// plan `faulty.plan`, its block manager once, in the reservation `faulty.reserve`, and its backend
/// is lost at the first step. The test packs it into a jar; it sees nothing but the SPI.
public final class FaultyPlugin implements EnginePlugin {
  /// For the host.
  public FaultyPlugin() {}

  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("faulty", "1.0.0", Spi.MAJOR, Spi.MINOR);
  }

  @Override
  public List<SchedulerFactory> schedulers() {
    return List.of(new Schedulers());
  }

  @Override
  public List<BlockSpaceManagerFactory> blockSpaceManagers() {
    return List.of(new Managers());
  }

  @Override
  public List<KernelBackendFactory> kernelBackends() {
    return List.of(new Backends());
  }

  @Override
  public PluginInstance open(PluginContext context) {
    Calls calls = new Calls();
    context.metrics().gauge("faulty_known_blocks", "Blocks believed cached", calls.known::size);
    return calls;
  }

  /// Outlives the component that fails, so that the next one of the same engine does not.
  private static final class Calls implements PluginInstance {
    private final Set<Integer> known = ConcurrentHashMap.newKeySet();
    private int calls;

    /// Keeps the picture of the cache that BSM-18 and BSM-32 promise.
    @Override
    public List<CacheListener> cacheListeners() {
      return List.of(
          new CacheListener() {
            @Override
            public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
              known.add(block);
            }

            @Override
            public void removed(int block, long hash) {
              known.remove(block);
            }

            @Override
            public void cleared() {
              known.clear();
            }
          });
    }

    boolean reached(int at) {
      return ++calls == at;
    }
  }

  private static <T> T failing(Class<T> type, T real, String method, int at, Calls calls) {
    return type.cast(
        Proxy.newProxyInstance(
            FaultyPlugin.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method) && calls.reached(at)) {
                throw new IllegalStateException(method + " fails as configured");
              }
              try {
                return called.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private static final class Schedulers implements SchedulerFactory {
    @Override
    public String name() {
      return "faulty-scheduler";
    }

    @Override
    public Scheduler create(PluginConfig config, SchedulerContext context) {
      int at = config.integer("plan", 1, 1, 1_000);
      return failing(
          Scheduler.class,
          context.continuousBatching(new Fifo()),
          "plan",
          at,
          context.instance(Calls.class));
    }
  }

  private static final class Managers implements BlockSpaceManagerFactory {
    @Override
    public String name() {
      return "faulty-blocks";
    }

    @Override
    public BlockSpaceManager create(PluginConfig config, BlockSpaceContext context) {
      int at = config.integer("reserve", 1, 1, 1_000);
      return failing(
          BlockSpaceManager.class,
          context.paged(new AnyVictim(context)),
          "reserve",
          at,
          context.instance(Calls.class));
    }
  }

  private static final class Fifo implements SchedulingPolicy {
    private final Deque<Integer> queue = new ArrayDeque<>();

    @Override
    public void waiting(SequenceView sequence, WaitReason reason) {
      queue.add(sequence.id());
    }

    @Override
    public void gone(int sequence) {
      queue.remove(sequence);
    }

    @Override
    public void answered(int sequence, Reservation answer) {
      if (answer == Reservation.GRANTED) {
        queue.remove(sequence);
      }
    }

    @Override
    public int nextWaiting(PlanView view) {
      return queue.isEmpty() ? -1 : queue.element();
    }
  }

  private static final class AnyVictim implements EvictionPolicy {
    private final Set<Integer> evictable = new TreeSet<>();
    private final int deviceBlocks;

    AnyVictim(BlockSpaceContext context) {
      deviceBlocks = context.deviceBlocks();
    }

    @Override
    public void evictable(int block, long lastUse) {
      evictable.add(block);
    }

    @Override
    public void unevictable(int block) {
      evictable.remove(block);
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      return evictable.stream()
          .filter(block -> block < deviceBlocks == (tier == Tier.DEVICE))
          .findFirst()
          .orElse(-1);
    }
  }

  private static final class Backends implements KernelBackendFactory {
    @Override
    public String name() {
      return "faulty-backend";
    }

    @Override
    public Availability probe(PluginConfig config) {
      return new Availability.Available("a device that is about to be lost");
    }

    @Override
    public KernelBackend create(PluginConfig config, KernelContext context) {
      return (KernelBackend)
          Proxy.newProxyInstance(
              FaultyPlugin.class.getClassLoader(),
              new Class<?>[] {KernelBackend.class},
              (proxy, method, arguments) -> answer(method.getName(), arguments));
    }

    private static @Nullable Object answer(String method, Object[] arguments) {
      return switch (method) {
        case "capabilities" ->
            new BackendCapabilities(
                "a device that is about to be lost",
                EnumSet.allOf(Operation.class),
                EnumSet.allOf(DType.class),
                EnumSet.of(DType.F16, DType.F32),
                true,
                true,
                1e-5);
        case "memory" -> new DeviceMemory(1L << 30, 1L << 30);
        case "kvBytesPerBlock" -> 4096L;
        case "keepsParts" -> true;
        case "loadWeight" ->
            new Matrix(((WeightSpec) arguments[0]).rows(), ((WeightSpec) arguments[0]).width());
        case "activation" -> new Matrix((int) arguments[0], (int) arguments[1]);
        case "columns" -> new Matrix(((Tensor) arguments[0]).rows(), (int) arguments[2]);
        case "allocateStaging" -> Arena.ofAuto().allocate((long) arguments[0], 64);
        case "allocateKvCache" ->
            new Blocks((KvCacheLayout) arguments[0], (int) arguments[1] + (int) arguments[2]);
        case "close" -> null;
        default ->
            throw new BackendException(
                StandardErrorCode.BACKEND_FAILED,
                BackendException.Severity.BACKEND_LOST,
                "the device fell off the bus",
                null);
      };
    }
  }

  private record Matrix(int rows, int width) implements Tensor {}

  private record Blocks(KvCacheLayout layout, int blocks) implements KvCache {}
}
