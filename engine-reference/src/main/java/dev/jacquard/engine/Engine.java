package dev.jacquard.engine;

import dev.jacquard.engine.chat.ChatFormat;
import dev.jacquard.engine.chat.ChatFormats;
import dev.jacquard.engine.core.ActiveRequest;
import dev.jacquard.engine.output.GenerationResult;
import dev.jacquard.engine.output.TextChunk;
import dev.jacquard.engine.token.Tokenizer;
import dev.jacquard.engine.wiring.EngineRuntime;
import dev.jacquard.host.HintReader;
import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SamplingParams;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/// A model, ready to generate. Thread-safe: any number of threads may submit, each request is read by one.
///
/// ```java
/// try (Engine engine = Engine.open(EngineConfig.builder().build())) {
///   String text = engine.generate("Once upon a time").text();
/// }
/// ```
///
/// Closing stops the engine thread, fails what still runs and gives every byte and thread back.
public final class Engine implements AutoCloseable {
  private final EngineConfig config;
  private final EngineRuntime runtime;
  private final HintReader hints;
  private final AtomicLong serials = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Engine(EngineConfig config, EngineRuntime runtime) {
    this.config = config;
    this.runtime = runtime;
    hints = HintReader.of(runtime.catalog());
    EngineGauges.register(runtime);
    runtime
        .metrics()
        .sum(
            "vllm:num_preemptions_total",
            "Times a sequence gave its blocks up",
            "jacquard_preemptions_total");
  }

  /// Opens a model with the defaults.
  ///
  /// @param model a GGUF file or a Hugging Face directory
  public static Engine open(Path model) {
    return open(EngineConfig.builder().model(model).build());
  }

  /// Opens an engine.
  ///
  /// @throws dev.jacquard.spi.error.EngineException saying what is wrong with configuration, plugins or backend
  /// @throws dev.jacquard.engine.model.file.ModelFileException saying what is wrong with the model
  public static Engine open(EngineConfig config) {
    return open(config, layers -> {});
  }

  /// Opens an engine and tells how far it is.
  ///
  /// @param progress called with the number of layers loaded so far
  public static Engine open(EngineConfig config, IntConsumer progress) {
    return new Engine(config, EngineRuntime.start(config, progress));
  }

  /// Continues a text with the defaults of [SamplingParams], and waits.
  ///
  /// @throws RequestRejectedException naming the parameter to change
  public GenerationResult generate(String prompt) throws InterruptedException {
    return generate(GenerationRequest.prompt(prompt).build());
  }

  /// Runs a request and waits for its end. An interrupt cancels it.
  ///
  /// @throws RequestRejectedException naming the parameter to change
  /// @throws dev.jacquard.spi.error.EngineException when the engine or a plugin failed
  public GenerationResult generate(GenerationRequest request) throws InterruptedException {
    Generation generation = submit(request);
    try {
      return generation.result();
    } catch (InterruptedException | RuntimeException e) {
      generation.cancel();
      throw e;
    }
  }

  /// Streams a request's text to one subscriber, no faster than it asks. Submitted at subscription.
  public Flow.Publisher<TextChunk> stream(GenerationRequest request) {
    return new TextPublisher(() -> submit(request));
  }

  /// Submits a request; its answer is read from the [Generation].
  ///
  /// @throws RequestRejectedException naming the parameter to change, QUEUE_FULL when too much waits
  public Generation submit(GenerationRequest request) {
    if (closed.get()) {
      throw new RequestRejectedException(
          StandardErrorCode.SHUTTING_DOWN, "the engine is closed; open another one");
    }
    var dead = runtime.loop().dead();
    if (dead != null) {
      throw dead;
    }
    RequestValidator.check(
        request.sampling(),
        Math.min(runtime.model().config().vocabSize(), tokenizer().vocabularySize()),
        runtime.shape().limits().maxSequences());
    int[] prompt = RequestValidator.prompt(request, tokenizer(), maxModelLength());
    SamplingParams sampling = request.sampling();
    long serial = serials.incrementAndGet();
    RequestInfo info = info(request, seeded(sampling, serial), serial);
    runtime.admission().take(sampling.n());
    try {
      int length = (int) Math.min((long) prompt.length + sampling.maxTokens(), maxModelLength());
      ActiveRequest active = new ActiveRequest(info, prompt, length, config.blockSize());
      runtime.loop().submit(active);
      return new Generation(active, runtime.loop(), tokenizer(), prompt);
    } catch (RuntimeException | Error e) {
      runtime.admission().giveBack(sampling.n());
      throw e;
    }
  }

  private RequestInfo info(GenerationRequest request, SamplingParams sampling, long serial) {
    long now = runtime.clock().nanos();
    Map<String, Object> attachments = new HashMap<>();
    for (Map.Entry<LoadedPlugin, PluginInstance> entry : runtime.plugins().instances().entrySet()) {
      Object attachment = entry.getValue().parse(request.hints(), request.tenant());
      if (attachment != null) {
        attachments.put(entry.getKey().id(), attachment);
      }
    }
    long deadline =
        request.deadline() == null ? Long.MAX_VALUE : now + request.deadline().toNanos();
    return new RequestInfo(
        Objects.requireNonNullElseGet(request.id(), () -> "gen-" + UUID.randomUUID()),
        serial,
        now,
        deadline,
        request.priority(),
        request.tenant(),
        scope(request.tenant(), request.cacheSalt()),
        "",
        sampling,
        request.hints(),
        attachments);
  }

  /// Lengths first, so that no tenant can spell another one's scope.
  private static String scope(String tenant, String salt) {
    return tenant.length() + ":" + tenant + salt.length() + ":" + salt;
  }

  /// A request without a seed gets one from the engine's, so that a whole run repeats.
  private SamplingParams seeded(SamplingParams sampling, long serial) {
    if (sampling.seeded()) {
      return sampling;
    }
    long seed = (config.seed() + serial) * 0x9E3779B97F4A7C15L;
    return sampling.toBuilder().seed(seed ^ (seed >>> 32)).build();
  }

  /// What the model is called by clients.
  public String modelName() {
    return Objects.requireNonNullElse(config.servedModelName(), runtime.model().name());
  }

  /// Longest sequence in tokens, prompt and answer together.
  public int maxModelLength() {
    return runtime.shape().maxModelLength();
  }

  /// The model's tokenizer.
  public Tokenizer tokenizer() {
    return runtime.model().tokenizer();
  }

  /// How the model wants conversations written down.
  ///
  /// @throws dev.jacquard.engine.chat.ChatTemplateException when it has no template, or one of no known family
  public ChatFormat chatFormat() {
    Tokenizer tokenizer = tokenizer();
    return ChatFormats.of(
        runtime.model().chatTemplate(),
        tokenizer.bos() < 0 ? "" : tokenizer.piece(tokenizer.bos()),
        tokenizer.eos() < 0 ? "" : tokenizer.piece(tokenizer.eos()));
  }

  /// Reads the request fields that plugins declared.
  public HintReader hintReader() {
    return hints;
  }

  /// All metrics in Prometheus' text format.
  public String metrics() {
    // every metric of vLLM's has these two labels, and its dashboards select by them
    return runtime.metrics().text("vllm:", Map.of("model_name", modelName(), "engine", "0"));
  }

  /// Queue, batch and blocks as of the last step.
  public EngineStatus status() {
    return new EngineStatus(
        runtime.loop().dead() == null && !closed.get(),
        runtime.loop().waiting(),
        runtime.loop().running(),
        runtime.loop().usedBlocks(),
        runtime.loop().cachedBlocks(),
        runtime.shape().deviceBlocks());
  }

  /// The configuration it was opened with.
  public EngineConfig config() {
    return config;
  }

  /// The parts behind it; for the server and the command line.
  public EngineRuntime runtime() {
    return runtime;
  }

  /// Stops; idempotent.
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      runtime.close();
    }
  }
}
