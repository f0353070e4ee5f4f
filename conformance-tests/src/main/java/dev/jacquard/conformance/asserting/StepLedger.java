package dev.jacquard.conformance.asserting;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.kernel.StepInputs;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The steps that a backend has not been waited for, with what they said when they were enqueued; and the step that is
/// being enqueued.
final class StepLedger {
  private final StepProtocol protocol;
  private final IdentityHashMap<StepInputs, Long> underWay = new IdentityHashMap<>();
  private @Nullable StepInputs open;
  private boolean replayed;

  StepLedger(StepProtocol protocol) {
    this.protocol = protocol;
  }

  void begin(StepInputs in) {
    if (open != null) {
      throw protocol.broken(
          Rule.KRN_17, open == in ? "a step began twice" : "a step began within another");
    }
    unwritten("begin");
    if (underWay.containsKey(in)) {
      throw protocol.broken(
          Rule.KRN_18, "a step began with the inputs of one that nobody has waited for");
    }
    sound(in);
    open = in;
    replayed = false;
    underWay.put(in, digest(in));
  }

  void replayed() {
    replayed = true;
  }

  void end(StepInputs in) {
    if (open != in) {
      throw protocol.broken(
          Rule.KRN_17, open == null ? "end without begin" : "end of another step than begin's");
    }
    unwritten("end");
    open = null;
  }

  /// The step that is being enqueued failed; what is under way may still read its inputs.
  void failed() {
    open = null;
  }

  /// An operation of a step.
  void operation(String call) {
    if (open != null && replayed) {
      throw protocol.broken(
          Rule.KRN_17, call + " was called in a step that begin had replayed already");
    }
  }

  /// An operation that reads a step's inputs.
  void reads(String call, StepInputs in) {
    operation(call);
    if (open != null && open != in) {
      throw protocol.broken(Rule.KRN_17, call + " got the inputs of another step than begin's");
    }
    unwritten(call);
    underWay.putIfAbsent(in, digest(in));
  }

  /// A call that waits is about to be made.
  void waits(String call) {
    unwritten(call);
  }

  /// It has returned.
  void waited() {
    StepInputs enqueuing = open;
    underWay.keySet().removeIf(in -> in != enqueuing);
  }

  private void unwritten(String call) {
    underWay.forEach((in, before) -> {
      if (digest(in) != before) {
        throw protocol.broken(
            Rule.KRN_18,
            "when "
                + call
                + " was called, the inputs of a step that nobody has waited for had been changed");
      }
    });
  }

  /// Everything a kernel may read of a step.
  private static long digest(StepInputs in) {
    long digest = 31L * in.rows() + in.outputs();
    int blockSize = in.shape().blockSize();
    for (int row = 0; row < in.rows(); row++) {
      digest = mix(digest, in.sequence(row));
      digest = mix(digest, in.length(row));
      for (int i = 0; i * blockSize < in.length(row); i++) {
        digest = mix(digest, in.block(in.sequence(row), i));
      }
    }
    for (int token = 0; token < in.tokens(); token++) {
      digest = mix(mix(mix(digest, in.tokenId(token)), in.position(token)), in.slot(token));
    }
    for (int output = 0; output < in.outputs(); output++) {
      digest = mix(digest, in.outputToken(output));
    }
    return digest;
  }

  private static long mix(long digest, int value) {
    return (digest ^ value) * 0x9E3779B97F4A7C15L + (digest >>> 29);
  }

  /// Whether the rows, positions and slots of a step agree with each other and with its tables.
  private void sound(StepInputs in) {
    Set<Integer> sequences = new HashSet<>();
    Set<Integer> slots = new HashSet<>();
    for (int row = 0; row < in.rows(); row++) {
      if (!sequences.add(in.sequence(row)) || in.sequence(row) >= in.shape().maxSequences()) {
        throw unsound("row " + row + " is of sequence " + in.sequence(row));
      }
      int end = in.queryStart(row + 1);
      for (int token = in.queryStart(row); token < end; token++) {
        int position = in.length(row) - (end - token);
        if (in.position(token) != position) {
          throw unsound(
              "token %d is at position %d; its row of %d tokens ends at %d"
                  .formatted(token, in.position(token), end - in.queryStart(row), in.length(row)));
        }
        slot(in, row, token, slots);
      }
    }
    for (int output = 0; output < in.outputs(); output++) {
      if (in.outputToken(output) < 0 || in.outputToken(output) >= in.tokens()) {
        throw unsound("output " + output + " is of token " + in.outputToken(output));
      }
    }
  }

  private void slot(StepInputs in, int row, int token, Set<Integer> slots) {
    int slot = in.slot(token);
    if (slot == -1) {
      return;
    }
    int blockSize = in.shape().blockSize();
    int position = in.position(token);
    int block = in.block(in.sequence(row), position / blockSize);
    if (block < 0 || slot != block * blockSize + position % blockSize || !slots.add(slot)) {
      throw unsound(
          "token %d, position %d, has slot %d%s; its sequence's table says block %d"
              .formatted(
                  token, position, slot, slots.contains(slot) ? ", used once already" : "", block));
    }
  }

  private AssertionError unsound(String what) {
    return protocol.broken(Rule.KRN_6, "the step's inputs do not fit together: " + what);
  }
}
