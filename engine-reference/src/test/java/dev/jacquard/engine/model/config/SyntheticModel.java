package dev.jacquard.engine.model.config;

import dev.jacquard.engine.model.file.GgufWriter;
import dev.jacquard.engine.model.file.SafetensorsWriter;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.RopeStyle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;

/// Writes small models with random weights and a working vocabulary, for tests.
///
/// The same settings and seed give the same model in both formats: GGUF files of the llama
/// architecture get the rows of Q and K reordered for interleaved rope, as converters do.
///
/// {@snippet :
/// Path gguf = new SyntheticModel("qwen3").layers(3).type(DType.Q8_0).writeGguf(file);
/// }
public final class SyntheticModel {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Map<String, String> HUGGING_FACE =
      Map.of("llama", "LlamaForCausalLM", "qwen2", "Qwen2ForCausalLM", "qwen3", "Qwen3ForCausalLM");
  private static final String CHAT =
      "{% for m in messages %}{{ '<|start_header_id|>' + m['role'] + '<|end_header_id|>\\n\\n' "
          + "+ m['content'] + '<|eot_id|>' }}{% endfor %}{% if add_generation_prompt %}"
          + "{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}";

  private final String architecture;
  private int layers = 2;
  private int dim = 64;
  private int heads = 4;
  private int kvHeads = 2;
  private int headDim = 16;
  private int ffn = 128;
  private int vocab = 384;
  private int context = 512;
  private DType type = DType.F32;
  private boolean tied = true;
  private boolean sentencePiece;
  private double ropeBase = 10_000;
  private double epsilon = 1e-5;
  private double spread = 0.1;
  private int slidingWindow;
  private RopeScaling scaling = new RopeScaling.None();
  private long seed = 1;
  private int shards = 1;

  /// @param architecture `llama`, `qwen2` or `qwen3`
  public SyntheticModel(String architecture) {
    if (!HUGGING_FACE.containsKey(architecture)) {
      throw new IllegalArgumentException("no synthetic " + architecture);
    }
    this.architecture = architecture;
  }

  /// Transformer blocks, 2 unless set.
  public SyntheticModel layers(int value) {
    layers = value;
    return this;
  }

  /// Hidden size, 64 unless set; a multiple of 32 for quantised types.
  public SyntheticModel dim(int value) {
    dim = value;
    return this;
  }

  /// Heads, key-value heads and elements of a head; 4, 2 and 16 unless set.
  public SyntheticModel heads(int query, int keyValue, int elements) {
    heads = query;
    kvHeads = keyValue;
    headDim = elements;
    return this;
  }

  /// Inner width of the feed-forward block, 128 unless set; a multiple of 32 for quantised types.
  public SyntheticModel ffn(int value) {
    ffn = value;
    return this;
  }

  /// Vocabulary size, 384 unless set; at least 264 byte-level, 320 SentencePiece.
  public SyntheticModel vocab(int value) {
    vocab = value;
    return this;
  }

  /// Context length, 512 unless set.
  public SyntheticModel context(int value) {
    context = value;
    return this;
  }

  /// Type of the matrices, F32 unless set; vectors are F32 in GGUF and of this type in safetensors.
  public SyntheticModel type(DType value) {
    type = value;
    return this;
  }

  /// Whether the output is the token embedding; true unless set.
  public SyntheticModel tied(boolean value) {
    tied = value;
    return this;
  }

  /// A SentencePiece vocabulary (GGUF only) in place of the byte-level one.
  public SyntheticModel sentencePiece() {
    sentencePiece = true;
    return this;
  }

  /// Base of the rotary frequencies, 10,000 unless set, and their scaling.
  public SyntheticModel rope(double base, RopeScaling value) {
    ropeBase = base;
    scaling = value;
    return this;
  }

  /// Positions that a token attends to in every layer; 0, for all, unless set.
  public SyntheticModel slidingWindow(int value) {
    slidingWindow = value;
    return this;
  }

  /// Standard deviation of the matrices, 0.1 unless set.
  public SyntheticModel spread(double value) {
    spread = value;
    return this;
  }

  /// Seed of the weights, 1 unless set.
  public SyntheticModel seed(long value) {
    seed = value;
    return this;
  }

  /// Number of safetensors shards, 1 unless set.
  public SyntheticModel shards(int value) {
    shards = value;
    return this;
  }

  /// The configuration that a reader of the GGUF file (INTERLEAVED for llama) should see, except
  /// that a Llama-3 scaling is seen as divisors there.
  public ModelConfig config() {
    RopeStyle style = architecture.equals("llama") ? RopeStyle.INTERLEAVED : RopeStyle.HALVES;
    return new ModelConfig(
        architecture,
        layers,
        dim,
        heads,
        kvHeads,
        headDim,
        ffn,
        vocab,
        context,
        (float) epsilon,
        new Rope((float) ropeBase, headDim, style, scaling),
        tied,
        architecture.equals("qwen2"),
        architecture.equals("qwen3"),
        1 / Math.sqrt(headDim),
        slidingWindow);
  }

  /// The vocabulary that the model gets.
  public SyntheticVocabulary vocabulary() {
    return sentencePiece
        ? SyntheticVocabulary.sentencePiece(vocab)
        : SyntheticVocabulary.byteLevel(vocab);
  }

  /// The weights before rounding, in Hugging Face's row order.
  public float[] weight(TensorRole role, int layer) {
    long[] shape = role.shape(config());
    float[] values = new float[(int) (shape.length == 1 ? shape[0] : shape[0] * shape[1])];
    Random random = new Random(seed * 1_000_003 + role.name().hashCode() * 1_009L + layer);
    boolean norm = role.vector() && !role.name(WeightNames.GGUF, 0).endsWith(".bias");
    for (int i = 0; i < values.length; i++) {
      double noise = random.nextGaussian();
      values[i] = (float) (norm ? 1 + 0.1 * noise : spread * noise);
    }
    return values;
  }

  /// Writes a GGUF file.
  public Path writeGguf(Path file) {
    return gguf().write(file);
  }

  /// The GGUF file, to be changed before it is written.
  public GgufWriter gguf() {
    GgufWriter out = new GgufWriter();
    ModelConfig config = config();
    String a = architecture + ".";
    out.put("general.architecture", architecture)
        .put("general.name", "synthetic")
        .put(a + "block_count", layers)
        .put(a + "context_length", context)
        .put(a + "embedding_length", dim)
        .put(a + "feed_forward_length", ffn)
        .put(a + "attention.head_count", heads)
        .put(a + "attention.head_count_kv", kvHeads)
        .put(a + "attention.key_length", headDim)
        .put(a + "attention.value_length", headDim)
        .put(a + "attention.layer_norm_rms_epsilon", (float) epsilon)
        .put(a + "rope.dimension_count", headDim)
        .put(a + "rope.freq_base", (float) ropeBase)
        .put(a + "vocab_size", vocab);
    if (slidingWindow > 0) {
      out.put(a + "attention.sliding_window", slidingWindow);
    }
    putTokenizer(out);
    switch (scaling) {
      case RopeScaling.None _ -> {}
      case RopeScaling.Linear s ->
          out.put(a + "rope.scaling.type", "linear")
              .put(a + "rope.scaling.factor", (float) s.factor());
      case RopeScaling.Llama3 _, RopeScaling.Divisors _ ->
          out.tensor("rope_freqs.weight", DType.F32, divisors(config.rope()), headDim / 2);
    }
    forEachWeight(
        config,
        (role, layer) -> {
          float[] values = weight(role, layer);
          long[] shape = role.shape(config);
          boolean turned = List.of("Q", "K", "Q_BIAS", "K_BIAS").contains(role.name());
          if (turned && architecture.equals("llama")) {
            values = interleave(values, headDim, values.length / (int) shape[0]);
          }
          out.tensor(
              role.name(WeightNames.GGUF, layer), role.vector() ? DType.F32 : type, values, shape);
        });
    return out;
  }

  /// Writes a folder of safetensors with config.json, tokenizer.json and tokenizer_config.json.
  public Path writeSafetensors(Path folder) {
    ModelConfig config = config();
    List<SafetensorsWriter> files = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      files.add(new SafetensorsWriter().entry("\"__metadata__\":{\"format\":\"pt\"}"));
    }
    Map<String, String> weightMap = new LinkedHashMap<>();
    forEachWeight(
        config,
        (role, layer) -> {
          String name = role.name(WeightNames.HUGGING_FACE, layer);
          int shard = weightMap.size() % shards;
          files.get(shard).tensor(name, type, weight(role, layer), role.shape(config));
          weightMap.put(name, "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards));
        });
    try {
      Files.createDirectories(folder);
      if (shards == 1) {
        files.getFirst().write(folder.resolve("model.safetensors"));
      } else {
        for (int i = 0; i < shards; i++) {
          files
              .get(i)
              .write(folder.resolve("model-%05d-of-%05d.safetensors".formatted(i + 1, shards)));
        }
        json(folder, "model.safetensors.index.json", Map.of("weight_map", weightMap));
      }
      json(folder, "config.json", huggingFaceConfig());
      json(folder, "tokenizer.json", SyntheticTokenizerJson.of(vocabulary(), architecture));
      json(
          folder,
          "tokenizer_config.json",
          Map.of(
              "bos_token", "<|begin_of_text|>", "eos_token", "<|eot_id|>", "chat_template", CHAT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  /// The fields of config.json, to be changed by tests.
  public Map<String, Object> huggingFaceConfig() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("architectures", List.of(HUGGING_FACE.getOrDefault(architecture, "")));
    json.put("model_type", architecture);
    json.put("hidden_size", dim);
    json.put("intermediate_size", ffn);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads);
    json.put("num_key_value_heads", kvHeads);
    json.put("head_dim", headDim);
    json.put("vocab_size", vocab);
    json.put("max_position_embeddings", context);
    json.put("rms_norm_eps", epsilon);
    json.put("rope_theta", ropeBase);
    json.put("hidden_act", "silu");
    json.put("tie_word_embeddings", tied);
    json.put("attention_bias", false);
    switch (scaling) {
      case RopeScaling.None _ -> {}
      case RopeScaling.Linear s ->
          json.put("rope_scaling", Map.of("type", "linear", "factor", s.factor()));
      case RopeScaling.Llama3 s ->
          json.put(
              "rope_scaling",
              Map.of(
                  "rope_type",
                  "llama3",
                  "factor",
                  s.factor(),
                  "low_freq_factor",
                  s.lowFactor(),
                  "high_freq_factor",
                  s.highFactor(),
                  "original_max_position_embeddings",
                  s.originalContext()));
      case RopeScaling.Divisors _ ->
          throw new IllegalStateException("config.json cannot express frequency divisors");
    }
    return json;
  }

  private void putTokenizer(GgufWriter out) {
    SyntheticVocabulary v = vocabulary();
    out.put("tokenizer.ggml.model", sentencePiece ? "llama" : "gpt2");
    out.put("tokenizer.ggml.tokens", v.tokens());
    out.put("tokenizer.ggml.token_type", v.types().stream().mapToInt(t -> t).toArray());
    if (sentencePiece) {
      out.put("tokenizer.ggml.scores", v.scores())
          .put("tokenizer.ggml.unknown_token_id", 0)
          .put("tokenizer.ggml.bos_token_id", 1)
          .put("tokenizer.ggml.eos_token_id", 2)
          .put("tokenizer.ggml.add_bos_token", true)
          .put("tokenizer.ggml.add_space_prefix", true);
    } else {
      out.put("tokenizer.ggml.pre", architecture.equals("llama") ? "llama-bpe" : "qwen2")
          .put("tokenizer.ggml.merges", v.merges())
          .put("tokenizer.ggml.bos_token_id", v.tokens().indexOf("<|begin_of_text|>"))
          .put("tokenizer.ggml.eos_token_id", v.tokens().indexOf("<|eot_id|>"))
          .put("tokenizer.ggml.add_bos_token", architecture.equals("llama"))
          .put("tokenizer.chat_template", CHAT);
    }
  }

  private interface WeightSink {
    void accept(TensorRole role, int layer);
  }

  private static void forEachWeight(ModelConfig config, WeightSink sink) {
    for (TensorRole role : TensorRole.values()) {
      if (role.neededBy(config)) {
        for (int layer = 0; layer < (role.perLayer() ? config.layers() : 1); layer++) {
          sink.accept(role, layer);
        }
      }
    }
  }

  /// Row `half * headDim/2 + i` of every head becomes row `2i + half`.
  private static float[] interleave(float[] rows, int headDim, int columns) {
    float[] out = new float[rows.length];
    for (int row = 0; row < rows.length / columns; row++) {
      int inHead = row % headDim;
      int to = row - inHead + 2 * (inHead % (headDim / 2)) + inHead / (headDim / 2);
      System.arraycopy(rows, row * columns, out, to * columns, columns);
    }
    return out;
  }

  private static float[] divisors(Rope rope) {
    double[] plain =
        new Rope(rope.base(), rope.dimensions(), rope.style(), new RopeScaling.None())
            .frequencies();
    double[] scaled = rope.frequencies();
    float[] out = new float[plain.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (plain[i] / scaled[i]);
    }
    return out;
  }

  private static void json(Path folder, String name, Map<String, ?> content) throws IOException {
    Files.write(folder.resolve(name), JSON.writeValueAsBytes(content));
  }
}
