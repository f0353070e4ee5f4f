package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.SelfTest;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import java.util.List;

/// The rules of cost, which the naive manager breaks by being naive.
class BlockCostSelfTest extends SelfTest<ManagerUnderTest> {
  @Override
  protected List<Check<ManagerUnderTest>> checks() {
    return CostChecks.all();
  }

  @Override
  protected ManagerUnderTest correct() {
    return FrugalBlocks::new;
  }

  @Override
  protected List<Mutant<ManagerUnderTest>> mutants() {
    return List.of(
        new Mutant<>(Rule.BSM_14, "commit boxes", Boxing::new, "commit"),
        new Mutant<>(Rule.BSM_23, "release scans all blocks", Scanning::new, "release"));
  }

  private static final class Boxing extends FrugalBlocks {
    private int[] seen = {};

    Boxing(BlockSpaceContext context) {
      super(context);
    }

    @Override
    public void commit(int sequence, int tokens) {
      super.commit(sequence, tokens);
      seen = new int[tokens];
    }

    @Override
    public Reservation reserve(int sequence, int tokens) {
      return super.reserve(sequence, Math.max(tokens, seen.length * 0));
    }
  }

  private static final class Scanning extends FrugalBlocks {
    private final long[] ages;
    private long oldest;

    Scanning(BlockSpaceContext context) {
      super(context);
      ages = new long[context.deviceBlocks()];
    }

    @Override
    public void release(int sequence, ReleaseReason reason) {
      super.release(sequence, reason);
      for (int block = 0; block < ages.length; block++) {
        ages[block] += availableBlocks(Tier.DEVICE) + block % 7;
        oldest = Math.max(oldest, ages[block] % 1_001);
      }
    }
  }
}
