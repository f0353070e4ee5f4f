package dev.jacquard.engine.schedule;

import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.StepPlan;

/// What a policy may ask while a plan is made; one object for all plans, so that none allocates.
final class StepView implements PlanView {
  private final BlockSpaceManager blocks;
  private final RunningSet running;
  private StepPlan plan;
  private long now;

  StepView(BlockSpaceManager blocks, RunningSet running, StepPlan empty) {
    this.blocks = blocks;
    this.running = running;
    plan = empty;
  }

  void begin(StepPlan plan, long now) {
    this.plan = plan;
    this.now = now;
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public int remainingTokens() {
    return plan.remainingTokens();
  }

  @Override
  public int running() {
    return running.size();
  }

  @Override
  public int availableBlocks() {
    return blocks.availableBlocks(Tier.DEVICE);
  }

  @Override
  public int cachedTokens(SequenceView sequence) {
    return blocks.peek(sequence);
  }
}
