package dev.jacquard.engine.wiring;

import dev.jacquard.engine.core.EngineEvents;
import dev.jacquard.engine.core.Sequence;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.request.SequenceView;

/// Notes how much of a prompt was cached when its request was first admitted. What is matched after a preemption is the engine's own doing and counts for nothing.
final class AdmissionRecorder implements CacheListener {
  private final int blockSize;
  private final EngineEvents events;

  AdmissionRecorder(int blockSize, EngineEvents events) {
    this.blockSize = blockSize;
    this.events = events;
  }

  @Override
  public void opened(SequenceView view, int lastBlock, int matchedBlocks) {
    if (view instanceof Sequence sequence && sequence.owner().admitted(matchedBlocks * blockSize)) {
      events.admitted(view.promptLength(), matchedBlocks * blockSize);
    }
  }
}
