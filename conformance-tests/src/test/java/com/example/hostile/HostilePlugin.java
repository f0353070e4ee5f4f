package com.example.hostile;

import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A block manager that does, in every method, what `hostile.does` says.
public final class HostilePlugin implements EnginePlugin {
  enum Deed {
    HANG,
    HOARD,
    THROW,
    LEAK_THREADS,
    EXIT
  }

  /// For the host.
  public HostilePlugin() {}

  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("hostile", "1.0.0", Spi.MAJOR, Spi.MINOR);
  }

  @Override
  public List<BlockSpaceManagerFactory> blockSpaceManagers() {
    return List.of(new Factory());
  }

  private static final class Factory implements BlockSpaceManagerFactory {
    @Override
    public String name() {
      return "hostile";
    }

    @Override
    public String description() {
      return "does harm";
    }

    @Override
    public BlockSpaceManager create(PluginConfig config, BlockSpaceContext context) {
      Deed deed = config.oneOf("does", Deed.class, Deed.THROW);
      return (BlockSpaceManager)
          Proxy.newProxyInstance(
              HostilePlugin.class.getClassLoader(),
              new Class<?>[] {BlockSpaceManager.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "toString" -> "hostile manager";
                    case "hashCode" -> 1;
                    case "equals" -> proxy == arguments[0];
                    // else it would already die while it is looked at, before the first check
                    case "close" -> deed == Deed.EXIT || deed == Deed.HOARD ? null : act(deed);
                    default -> act(deed);
                  });
    }
  }

  private static Object act(Deed deed) {
    switch (deed) {
      case HANG -> {
        while (true) {
          LockSupport.park(); // heeds no interruption
        }
      }
      case HOARD -> {
        List<byte[]> kept = new ArrayList<>();
        while (kept.size() < Integer.MAX_VALUE) {
          kept.add(new byte[1 << 20]);
        }
        return kept;
      }
      case THROW -> throw new IllegalStateException("as it always does");
      case LEAK_THREADS -> {
        Thread.ofPlatform()
            .start(() -> {
              while (true) {
                LockSupport.park();
              }
            });
        throw new IllegalStateException("and a thread is left");
      }
      case EXIT -> {
        System.exit(0);
        return 0;
      }
    }
    throw new AssertionError(deed);
  }
}
