package dev.jacquard.conformance.block;

import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;

/// A view of a sequence as a mistaken manager takes it.
class LyingView implements SequenceView {
  private final SequenceView to;

  LyingView(SequenceView to) {
    this.to = to;
  }

  @Override
  public int id() {
    return to.id();
  }

  @Override
  public int index() {
    return to.index();
  }

  @Override
  public RequestInfo request() {
    return to.request();
  }

  @Override
  public int promptLength() {
    return to.promptLength();
  }

  @Override
  public int length() {
    return to.length();
  }

  @Override
  public int computable() {
    return to.computable();
  }

  @Override
  public int maxLength() {
    return to.maxLength();
  }

  @Override
  public int token(int position) {
    return to.token(position);
  }

  @Override
  public void copyTokens(int from, int count, MemorySegment into, long byteOffset) {
    to.copyTokens(from, count, into, byteOffset);
  }

  @Override
  public long blockHash(int block) {
    return to.blockHash(block);
  }
}
