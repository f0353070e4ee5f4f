package dev.jacquard.engine.wiring;

import dev.jacquard.engine.core.ActiveRequest;
import dev.jacquard.engine.core.EngineEvents;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import java.util.concurrent.atomic.AtomicInteger;

/// Bounds the sequences an engine has taken on, running and waiting. Thread-safe.
public final class Admission {
  private final int most;
  private final AtomicInteger taken = new AtomicInteger();

  Admission(int most) {
    this.most = most;
  }

  /// Takes room for `sequences`, until their request ends.
  ///
  /// @throws RequestRejectedException QUEUE_FULL when there is none
  public void take(int sequences) {
    int now = taken.addAndGet(sequences);
    if (now > most) {
      taken.addAndGet(-sequences);
      throw new RequestRejectedException(
          StandardErrorCode.QUEUE_FULL,
          "the engine has "
              + (now - sequences)
              + " sequences of "
              + most
              + " already; try again soon");
    }
  }

  /// Gives room back that no request came to use.
  public void giveBack(int sequences) {
    taken.addAndGet(-sequences);
  }

  /// Sequences taken on.
  public int taken() {
    return taken.get();
  }

  /// Events that give a request's room back when it ends, and pass everything on.
  EngineEvents observing(EngineEvents next) {
    return new EngineEvents() {
      @Override
      public void stepped(int tokens, int outputs, long nanos) {
        next.stepped(tokens, outputs, nanos);
      }

      @Override
      public void stepFailed() {
        next.stepFailed();
      }

      @Override
      public void recovered() {
        next.recovered();
      }

      @Override
      public void admitted(int promptTokens, int cachedTokens) {
        next.admitted(promptTokens, cachedTokens);
      }

      @Override
      public void firstToken(long nanos) {
        next.firstToken(nanos);
      }

      @Override
      public void ended(ActiveRequest request) {
        giveBack(request.count());
        next.ended(request);
      }
    };
  }
}
