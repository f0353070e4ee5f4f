package dev.jacquard.conformance.plugin;

import static dev.jacquard.conformance.plugin.IdentityMutants.mutant;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.forwarding.ForwardingBlockSpaceManager;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.plugin.PluginContext;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.UnaryOperator;

/// Mistakes that are seen in what comes out.
final class OutputMutants {
  private OutputMutants() {}

  static List<Mutant<PluginUnderTest>> all() {
    return List.of(
        mutant(Rule.PLG_20, "copies are forgotten", managing(CopiesForgotten::new), "has token"),
        mutant(
            Rule.PLG_20,
            "the third block of a long table is the second",
            managing(SecondTwice::new),
            "has token"),
        mutant(
            Rule.PLG_21,
            "a line left from debugging",
            new RightPlugin() {
              @Override
              public RightInstance open(PluginContext context) {
                return new RightInstance(context) {
                  @Override
                  public void close() {
                    System.err.println("right: closing");
                    super.close();
                  }
                };
              }
            },
            "standard error: \"right: closing"));
  }

  private static RightPlugin managing(UnaryOperator<BlockSpaceManager> wrap) {
    return new RightPlugin() {
      @Override
      BlockSpaceManager manager(PluginConfig config, BlockSpaceContext context) {
        return wrap.apply(super.manager(config, context));
      }
    };
  }

  private static final class CopiesForgotten extends ForwardingBlockSpaceManager {
    CopiesForgotten(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public void drainCopies(BlockCopies into) {
      super.drainCopies(into);
      into.clear();
    }
  }

  private static final class SecondTwice extends ForwardingBlockSpaceManager {
    SecondTwice(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public void copyTable(int sequence, int from, int count, MemorySegment into, long byteOffset) {
      super.copyTable(sequence, from, count, into, byteOffset);
      if (from == 0 && count > 4) {
        int second = into.get(ValueLayout.JAVA_INT_UNALIGNED, byteOffset + Integer.BYTES);
        if (second >= 0) {
          into.set(ValueLayout.JAVA_INT_UNALIGNED, byteOffset + 2 * Integer.BYTES, second);
        }
      }
    }
  }
}
