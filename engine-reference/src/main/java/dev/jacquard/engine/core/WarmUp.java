package dev.jacquard.engine.core;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.engine.model.ModelGraph;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs steps that nobody asked for until they get no faster: kernels that the JIT compiler has not seen are about a hundred times slower, and the first requests would pay for that.
///
/// Works through the real graph and backend, below the scheduler. Leaves nothing behind: the blocks it writes belong to nobody and are written again before anybody reads them, and
/// no step, token or time of it is counted. Engine thread, before the first request.
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /// A prompt's chunk, as long as the first steps of a timed budget are.
  private static final int CHUNK = 128;

  /// Rows of a batch that uses the kernels for 8, 4, 2 and 1 rows.
  private static final int BATCH = 15;

  private static final int FIRST_CHUNK = 8;
  private static final double FASTER = 0.95;
  private static final long PATIENCE_NANOS = 400_000_000L;
  private static final int PATIENCE_ROUNDS = 6;
  private static final int MOST_ROUNDS = 10_000;

  private final KernelBackend backend;
  private final ModelGraph graph;
  private final KvCache kv;
  private final EngineClock clock;
  private final TokenChooser chooser;
  private final StepInputs in;
  private final int vocabulary;
  private final int length;
  private final int chunk;
  private final int batch;

  /// @param in staging that is filled anew before it is used
  /// @param deviceBlocks blocks that kernels may touch
  WarmUp(EngineParts parts, TokenChooser chooser, StepInputs in, int deviceBlocks) {
    backend = parts.backend();
    graph = parts.graph();
    kv = parts.kv();
    clock = parts.clock();
    this.chooser = chooser;
    this.in = in;
    vocabulary = Math.min(parts.vocabulary(), graph.vocabulary());
    StepShape shape = parts.shape();
    int blocks = Math.min(deviceBlocks, shape.maxBlocksPerSequence());
    length =
        Math.min(CHUNK, Math.min(parts.limits().maxSequenceLength(), blocks * shape.blockSize()));
    chunk = Math.min(length, shape.maxTokens());
    batch =
        Math.min(BATCH, Math.min(shape.maxTokens(), Math.min(shape.maxRows(), shape.maxOutputs())));
  }

  /// Runs until steps get no faster, or for about `most` nanoseconds: a step that began is ended. Steps are small at first, since the very first ones take a hundred times as long.
  ///
  /// @throws dev.jacquard.spi.error.BackendException when the backend fails
  void run(long most) {
    long start = clock.nanos();
    long now = start;
    long improved = start;
    double first = 0;
    double best = Double.MAX_VALUE;
    int rounds = 0;
    int bestRound = 0;
    int tokens = Math.min(FIRST_CHUNK, chunk);
    while (rounds < MOST_ROUNDS
        && now - start < most
        && (now - improved < PATIENCE_NANOS || rounds - bestRound < PATIENCE_ROUNDS)) {
      decode(1);
      if (clock.nanos() - start < most) {
        decode(batch);
      }
      if (clock.nanos() - start < most) {
        prefill(tokens);
      }
      long took = clock.nanos() - now;
      now += took;
      rounds++;
      double perToken = (double) took / (1 + batch + tokens);
      if (rounds == 1) {
        first = perToken;
      }
      if (perToken < FASTER * best) {
        best = perToken;
        bestRound = rounds;
        improved = now;
      }
      if (tokens < chunk && took < (most - (now - start)) / 4) {
        tokens = Math.min(chunk, 2 * tokens);
        improved = now;
        bestRound = rounds;
      }
    }
    LOG.info(
        "warmed up in {} s: {} rounds, at first {} ms a token, at best {} ms",
        decimal(1, (now - start) / 1e9),
        rounds,
        decimal(3, first / 1e6),
        decimal(3, best / 1e6));
  }

  private static String decimal(int digits, double value) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /// One row of many tokens.
  private void prefill(int tokens) {
    in.clear();
    row(0, 0, tokens, true);
    step();
  }

  /// Rows of one token each, over the keys that the prompt left; only the first one writes.
  private void decode(int rows) {
    in.clear();
    for (int row = 0; row < rows; row++) {
      row(row, length - 1, length, row == 0);
    }
    step();
  }

  private void row(int sequence, int from, int to, boolean written) {
    int blockSize = in.shape().blockSize();
    for (int i = 0; i < Math.ceilDiv(to, blockSize); i++) {
      in.blockTables()
          .setAtIndex(JAVA_INT, (long) sequence * in.shape().maxBlocksPerSequence() + i, i);
    }
    in.addRow(sequence, to);
    for (int position = from; position < to; position++) {
      // block i holds positions from i * blockSize on, so a position is its own slot
      in.addToken(position % vocabulary, position, written ? position : -1);
    }
    in.addOutput(in.tokens() - 1);
  }

  private void step() {
    graph.forward(in, kv);
    for (int output = 0; output < in.outputs(); output++) {
      chooser.tryOut(graph, backend, output);
    }
  }
}
