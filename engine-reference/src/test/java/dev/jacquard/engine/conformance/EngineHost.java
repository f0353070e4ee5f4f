package dev.jacquard.engine.conformance;

import dev.jacquard.conformance.host.Answer;
import dev.jacquard.conformance.host.Ask;
import dev.jacquard.conformance.host.HostSetup;
import dev.jacquard.conformance.host.HostUnderTest;
import dev.jacquard.engine.Engine;
import dev.jacquard.engine.EngineConfig;
import dev.jacquard.engine.Generation;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.output.Completion;
import dev.jacquard.host.PluginProblem;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.request.JsonValue;
import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.SamplingParams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The engine as the kit asks it: a tiny model, plugins in a folder, requests through the library.
///
/// @param model a model whose KV of one position takes `bytesPerToken` in F32
/// @param scratch where plugin folders are made
record EngineHost(Path model, long bytesPerToken, Path scratch) implements HostUnderTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Override
  public Started start(HostSetup setup) {
    PluginFolder plugins = new PluginFolder(scratch, setup.plugins());
    try {
      Engine engine = Engine.open(config(setup, plugins.path()));
      if (engine.runtime().shape().hostBlocks() != setup.hostBlocks()) {
        engine.close();
        throw new IllegalStateException(
            "the host tier has "
                + engine.runtime().shape().hostBlocks()
                + " blocks, asked for were "
                + setup.hostBlocks());
      }
      return new Running(engine, plugins);
    } catch (RuntimeException | Error e) {
      plugins.close();
      throw e;
    }
  }

  private EngineConfig config(HostSetup setup, Path plugins) {
    return EngineConfig.builder()
        .model(model)
        .threads(1)
        .kvCacheType(DType.F32)
        .blockSize(setup.blockSize())
        .deviceBlocks(setup.deviceBlocks())
        .swapBytes(setup.hostBlocks() * setup.blockSize() * bytesPerToken)
        .maxModelLength(Math.min(setup.maxLength(), setup.deviceBlocks() * setup.blockSize()))
        .maxSequences(setup.maxRunning())
        .maxWaiting(64)
        .maxStepTokens(setup.maxStepTokens())
        .stepsInFlight(setup.stepsInFlight())
        .preemption(setup.preemption())
        .scheduler(setup.scheduler())
        .blockManager(setup.blockManager())
        .kernelBackend(setup.kernelBackend())
        .enabledPlugins(setup.enabled())
        .strictPlugins(setup.strict())
        .settings(setup.settings())
        .pluginFolders(List.of(plugins))
        .build();
  }

  private record Running(Engine engine, PluginFolder plugins) implements Started {
    @Override
    public List<Answer> serve(List<Ask> asks) {
      CountDownLatch submitted = new CountDownLatch(1);
      engine.runtime().loop().execute(() -> await(submitted));
      List<Callable<Answer>> answers = new ArrayList<>();
      for (Ask ask : asks) {
        answers.add(submit(ask));
      }
      submitted.countDown();
      return answers.stream().map(Running::call).toList();
    }

    private Callable<Answer> submit(Ask ask) {
      try {
        Generation generation = engine.submit(request(ask));
        return () -> {
          Completion completion = generation.result().completions().getFirst();
          return new Answer.Served(completion.tokenIds(), completion.finish());
        };
      } catch (Throwable e) { // what the caller of a library sees, whatever it is
        Answer refused = answer(e);
        return () -> refused;
      }
    }

    private static Answer call(Callable<Answer> answer) {
      try {
        return answer.call();
      } catch (Throwable e) {
        return answer(e);
      }
    }

    private static Answer answer(Throwable e) {
      return e instanceof RequestRejectedException refused
          ? new Answer.Refused(refused)
          : new Answer.Failed(e);
    }

    private GenerationRequest request(Ask ask) {
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      headers.putAll(ask.headers());
      RequestHints hints =
          engine
              .hintReader()
              .read(
                  (JsonValue.Object)
                      java.util.Objects.requireNonNull(plain(JSON.readTree(ask.body()))),
                  headers::get);
      return GenerationRequest.tokens(ask.prompt())
          .priority(ask.priority())
          .tenant(ask.tenant())
          .cacheSalt(ask.salt())
          .hints(hints)
          .sampling(
              SamplingParams.builder()
                  .temperature(0)
                  .maxTokens(ask.maxTokens())
                  .ignoreEos(true)
                  .build())
          .build();
    }

    /// As the server reads a body: null is absent.
    private static @Nullable JsonValue plain(JsonNode node) {
      if (node.isObject()) {
        Map<String, JsonValue> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
          JsonValue value = plain(entry.getValue());
          if (value != null) {
            values.put(entry.getKey(), value);
          }
        }
        return new JsonValue.Object(values);
      }
      if (node.isArray()) {
        List<JsonValue> values = new ArrayList<>();
        for (JsonNode element : node) {
          JsonValue value = plain(element);
          if (value != null) {
            values.add(value);
          }
        }
        return new JsonValue.Array(values);
      }
      if (node.isString()) {
        return new JsonValue.Text(node.stringValue());
      }
      if (node.isNumber()) {
        return new JsonValue.Number(node.doubleValue());
      }
      return node.isBoolean() ? new JsonValue.Bool(node.booleanValue()) : null;
    }

    @Override
    public double metric(String name) {
      return engine
          .metrics()
          .lines()
          .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }

    @Override
    public List<String> problems() {
      return engine.runtime().catalog().problems().stream().map(PluginProblem::line).toList();
    }

    @Override
    public boolean serving() {
      return engine.status().serving();
    }

    @Override
    public void close() {
      engine.close();
      plugins.close();
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
