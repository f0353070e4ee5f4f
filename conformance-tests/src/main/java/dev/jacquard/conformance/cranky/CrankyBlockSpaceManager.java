package dev.jacquard.conformance.cranky;

import dev.jacquard.conformance.forwarding.ForwardingBlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.SequenceView;
import java.util.HashSet;
import java.util.Set;

/// A block space manager that answers LATER at random, as if it had fewer blocks than it says: where a scheduler must
/// bear that answer at any moment. It never refuses the last one that runs, so work always goes on, and never throws.
public final class CrankyBlockSpaceManager extends ForwardingBlockSpaceManager {
  private final Mood mood;
  private final Set<Integer> onDevice = new HashSet<>();

  /// Refuses for a while when the mood says so.
  public CrankyBlockSpaceManager(BlockSpaceManager to, Mood mood) {
    super(to);
    this.mood = mood;
  }

  private boolean refuses(boolean others) {
    return mood.strikes() && others;
  }

  @Override
  public Reservation admit(SequenceView sequence, int tokens, boolean othersRunning) {
    if (refuses(othersRunning)) {
      return Reservation.LATER;
    }
    Reservation answer = super.admit(sequence, tokens, othersRunning);
    if (answer == Reservation.GRANTED) {
      onDevice.add(sequence.id());
    }
    return answer;
  }

  @Override
  public Reservation reserve(int sequence, int tokens) {
    return refuses(onDevice.size() > 1) ? Reservation.LATER : super.reserve(sequence, tokens);
  }

  @Override
  public void fork(SequenceView parent, SequenceView child) {
    super.fork(parent, child);
    onDevice.add(child.id());
  }

  @Override
  public Reservation swapOut(int sequence) {
    if (refuses(true)) {
      return Reservation.LATER;
    }
    Reservation answer = super.swapOut(sequence);
    if (answer == Reservation.GRANTED) {
      onDevice.remove(sequence);
    }
    return answer;
  }

  @Override
  public Reservation swapIn(int sequence, boolean othersRunning) {
    if (refuses(othersRunning)) {
      return Reservation.LATER;
    }
    Reservation answer = super.swapIn(sequence, othersRunning);
    if (answer == Reservation.GRANTED) {
      onDevice.add(sequence);
    }
    return answer;
  }

  @Override
  public void release(int sequence, ReleaseReason reason) {
    super.release(sequence, reason);
    onDevice.remove(sequence);
  }

  @Override
  public String toString() {
    return "cranky block space manager, " + mood;
  }
}
