package dev.jacquard.engine.model;

import dev.jacquard.engine.model.config.ModelConfig;
import dev.jacquard.engine.model.config.ModelWeights;
import dev.jacquard.engine.model.config.TensorRole;
import dev.jacquard.engine.model.file.ModelFile;
import dev.jacquard.engine.model.file.TensorInfo;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import dev.jacquard.spi.kernel.WeightSpec;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The decoder-only transformer of the Llama family (Touvron et al. 2023), with the switches its relatives need: biases on Q, K and V (Qwen2), norms on Q and K (Qwen3), windowed
/// attention (Mistral). One graph for all; a family is data in [ModelConfig].
///
/// All activations are allocated once, for the largest step. Engine thread only.
public final class ModelGraph {
  private final KernelBackend backend;
  private final ModelConfig config;
  private final Layer[] layers;
  private final Tensor embedding;
  private final Tensor outputNorm;
  private final Tensor output;
  private final Tensor stream;
  private final Tensor normed;
  private final Tensor qkv;
  private final Tensor queries;
  private final Tensor keys;
  private final Tensor values;
  private final Tensor attended;
  private final Tensor projected;
  private final Tensor gateUp;
  private final Tensor gate;
  private final Tensor up;
  private final Tensor lastStream;
  private final Tensor lastNormed;
  private final Tensor logits;
  private final RopeParams rope;
  private final AttentionParams attention;
  private final float epsilon;

  /// The weights of one layer; biases and head norms only where the family has them.
  private record Layer(
      Tensor attentionNorm,
      FusedMatrix qkv,
      @Nullable Tensor queryBias,
      @Nullable Tensor keyBias,
      @Nullable Tensor valueBias,
      @Nullable Tensor queryNorm,
      @Nullable Tensor keyNorm,
      Tensor attentionOutput,
      Tensor ffnNorm,
      FusedMatrix gateUp,
      Tensor down) {}

  /// Loads the weights and allocates the activations.
  ///
  /// @param progress called with the number of layers loaded so far
  /// @throws dev.jacquard.spi.error.BackendException when the backend refuses a weight
  public ModelGraph(
      KernelBackend backend,
      ModelFile file,
      ModelWeights weights,
      StepShape shape,
      IntConsumer progress) {
    this.backend = backend;
    config = weights.config();
    epsilon = (float) config.rmsEpsilon();
    int hidden = config.hiddenSize();
    int tokens = shape.maxTokens();
    stream = backend.activation(tokens, hidden);
    normed = backend.activation(tokens, hidden);
    qkv = backend.activation(tokens, config.queryWidth() + 2 * config.kvWidth());
    queries = backend.columns(qkv, 0, config.queryWidth());
    keys = backend.columns(qkv, config.queryWidth(), config.kvWidth());
    values = backend.columns(qkv, config.queryWidth() + config.kvWidth(), config.kvWidth());
    attended = backend.activation(tokens, config.queryWidth());
    projected = backend.activation(tokens, hidden);
    gateUp = backend.activation(tokens, 2 * config.ffnSize());
    gate = backend.columns(gateUp, 0, config.ffnSize());
    up = backend.columns(gateUp, config.ffnSize(), config.ffnSize());
    lastStream = backend.activation(shape.maxOutputs(), hidden);
    lastNormed = backend.activation(shape.maxOutputs(), hidden);
    logits = backend.activation(shape.maxOutputs(), config.vocabSize());
    rope = new RopeParams(config.headDim(), config.rope().style(), 1f, config.rope().frequencies());
    attention =
        new AttentionParams(
            config.heads(),
            config.kvHeads(),
            config.headDim(),
            (float) config.attentionScale(),
            config.slidingWindow(),
            0,
            0f,
            null);

    Loader loader = new Loader(backend, file, weights);
    embedding =
        loader.load(
            weights.get(TensorRole.TOKEN_EMBEDDING), WeightRole.EMBEDDING, config.tiedEmbeddings());
    outputNorm = loader.load(weights.get(TensorRole.OUTPUT_NORM), WeightRole.NORM, false);
    output =
        config.tiedEmbeddings()
            ? embedding
            : loader.load(weights.get(TensorRole.OUTPUT), WeightRole.MATRIX, false);
    layers = new Layer[config.layers()];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = loader.layer(i, qkv, gateUp);
      progress.accept(i + 1);
    }
  }

  /// Computes the step's tokens, writes their KV and leaves the logits of its outputs in [#logits].
  public void forward(StepInputs in, KvCache kv) {
    if (!backend.begin(in)) {
      compute(in, kv);
    }
    backend.end(in);
  }

  private void compute(StepInputs in, KvCache kv) {
    int rows = in.tokens();
    backend.embed(stream, embedding, in);
    for (int i = 0; i < layers.length; i++) {
      Layer layer = layers[i];
      if (i == 0) {
        backend.rmsNorm(normed, stream, layer.attentionNorm, epsilon, rows);
      } else {
        backend.addRmsNorm(normed, stream, projected, layer.attentionNorm, epsilon, rows);
      }
      layer.qkv.multiply(backend, normed, rows);
      if (layer.queryBias != null && layer.keyBias != null && layer.valueBias != null) {
        backend.addBias(queries, layer.queryBias, rows);
        backend.addBias(keys, layer.keyBias, rows);
        backend.addBias(values, layer.valueBias, rows);
      }
      if (layer.queryNorm != null && layer.keyNorm != null) {
        backend.rmsNorm(queries, queries, layer.queryNorm, epsilon, rows);
        backend.rmsNorm(keys, keys, layer.keyNorm, epsilon, rows);
      }
      backend.ropeWriteKv(queries, keys, values, kv, i, in, rope);
      backend.attention(attended, queries, kv, i, in, attention);
      backend.matmul(projected, attended, layer.attentionOutput, rows);
      backend.addRmsNorm(normed, stream, projected, layer.ffnNorm, epsilon, rows);
      layer.gateUp.multiply(backend, normed, rows);
      backend.siluMultiply(gate, gate, up, rows);
      backend.matmul(projected, gate, layer.down, rows);
    }
    if (in.outputs() == 0) {
      return;
    }
    backend.add(stream, projected, rows);
    backend.gatherRows(lastStream, stream, in);
    backend.rmsNorm(lastNormed, lastStream, outputNorm, epsilon, in.outputs());
    backend.matmul(logits, lastNormed, output, in.outputs());
  }

  /// The logits of the last step, one row an output.
  public Tensor logits() {
    return logits;
  }

  /// Entries of a row of logits.
  public int vocabulary() {
    return config.vocabSize();
  }

  /// Hands weights to the backend.
  private record Loader(KernelBackend backend, ModelFile file, ModelWeights weights) {
    Layer layer(int i, Tensor qkv, Tensor gateUp) {
      return new Layer(
          vector(TensorRole.ATTN_NORM, i),
          new FusedMatrix(
              backend,
              file,
              qkv,
              weights.get(TensorRole.Q, i),
              weights.get(TensorRole.K, i),
              weights.get(TensorRole.V, i)),
          optional(TensorRole.Q_BIAS, i),
          optional(TensorRole.K_BIAS, i),
          optional(TensorRole.V_BIAS, i),
          optional(TensorRole.Q_NORM, i),
          optional(TensorRole.K_NORM, i),
          load(weights.get(TensorRole.ATTN_OUTPUT, i), WeightRole.MATRIX, false),
          vector(TensorRole.FFN_NORM, i),
          new FusedMatrix(
              backend,
              file,
              gateUp,
              weights.get(TensorRole.GATE, i),
              weights.get(TensorRole.UP, i)),
          load(weights.get(TensorRole.DOWN, i), WeightRole.MATRIX, false));
    }

    private @Nullable Tensor optional(TensorRole role, int layer) {
      return weights.has(role) ? vector(role, layer) : null;
    }

    private Tensor vector(TensorRole role, int layer) {
      boolean bias =
          role == TensorRole.Q_BIAS || role == TensorRole.K_BIAS || role == TensorRole.V_BIAS;
      return load(weights.get(role, layer), bias ? WeightRole.BIAS : WeightRole.NORM, false);
    }

    Tensor load(TensorInfo info, WeightRole role, boolean alsoMatrix) {
      long[] shape = info.shape();
      int rows = shape.length == 1 ? 1 : Math.toIntExact(shape[0]);
      int width = Math.toIntExact(shape[shape.length - 1]);
      return backend.loadWeight(
          new WeightSpec(
              info.name(), role, alsoMatrix, info.type(), rows, width, List.of(file.data(info))));
    }
  }
}
