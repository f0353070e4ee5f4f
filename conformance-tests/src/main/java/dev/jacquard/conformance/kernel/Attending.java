package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.kernel.Tensor;
import java.util.List;

/// Steps of `writeKv` and `attention` over one KV cache, as an engine would make them.
final class Attending {
  static final int MOST_TOKENS = 256;
  static final int MOST_ROWS = 16;
  static final int SEQUENCES = 40;

  final Bench bench;
  final KvCache kv;
  private final KvCacheLayout layout;
  private final AttentionParams params;
  private final StepInputs in;
  private final int layer;

  Attending(Bench bench, KvCacheLayout layout, AttentionParams params, int device, int host) {
    this.bench = bench;
    this.layout = layout;
    this.params = params;
    kv = bench.backend.allocateKvCache(layout, device, host);
    layer = layout.layers() - 1;
    in =
        bench.step(
            new StepShape(MOST_TOKENS, MOST_ROWS, 1, SEQUENCES, device + host, layout.blockSize()));
  }

  /// Some positions of one sequence in one step.
  record Part(int sequence, Story story, int from, int to) {}

  /// Gives `sequence` these blocks, -1 for one that a window gave up.
  void table(int sequence, int... blocks) {
    bench.backend.synchronize();
    for (int i = 0; i < blocks.length; i++) {
      long at = (long) sequence * in.shape().maxBlocksPerSequence() + i;
      in.blockTables().setAtIndex(JAVA_INT, at, blocks[i]);
    }
  }

  /// Blocks `[first, first + n)` that hold `length` positions, in order.
  int[] run(int first, int length) {
    int n = (length + layout.blockSize() - 1) / layout.blockSize();
    return java.util.stream.IntStream.range(first, first + n).toArray();
  }

  void step(Part... parts) {
    step(List.of(parts), true);
  }

  /// One step; its outputs go into the stories.
  ///
  /// @param write false for tokens whose KV is there already: their slots are -1
  void step(List<Part> parts, boolean write) {
    bench.backend.synchronize();
    in.clear();
    int tokens = 0;
    for (Part part : parts) {
      in.addRow(part.sequence(), part.to());
      for (int p = part.from(); p < part.to(); p++) {
        int block = in.block(part.sequence(), p / layout.blockSize());
        int slot = block * layout.blockSize() + p % layout.blockSize();
        in.addToken(0, p, write ? slot : -1);
        tokens++;
      }
    }
    float[][] q = new float[tokens][];
    float[][] k = new float[tokens][];
    float[][] v = new float[tokens][];
    int at = 0;
    for (Part part : parts) {
      for (int p = part.from(); p < part.to(); p++, at++) {
        q[at] = part.story().q()[p];
        k[at] = part.story().k()[p];
        v[at] = part.story().v()[p];
      }
    }
    Tensor queries = bench.rows(q);
    Tensor keys = bench.rows(k);
    Tensor values = bench.rows(v);
    Tensor out = bench.backend.activation(tokens, params.heads() * params.headDim());
    bench.backend.writeKv(kv, layer, keys, values, in);
    bench.backend.attention(out, queries, kv, layer, in, params);
    float[][] seen = bench.read(out);
    at = 0;
    for (Part part : parts) {
      for (int p = part.from(); p < part.to(); p++) {
        part.story().out()[p] = seen[at++];
      }
    }
    for (Tensor each : new Tensor[] {queries, keys, values, out}) {
      bench.backend.free(each);
    }
  }

  /// The whole of a story, alone, in chunks of `chunk` positions.
  float[][] tell(int sequence, Story story, int chunk) {
    for (int from = 0; from < story.length(); from += chunk) {
      step(new Part(sequence, story, from, Math.min(story.length(), from + chunk)));
    }
    return story.out();
  }
}
