package dev.jacquard.engine.cli;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.Generation;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.output.GenerationResult;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.request.SamplingParams;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `jacquard bench`: prefill and decode rates through the whole engine, as llama-bench names them: prefill of `P` tokens, then, apart from it, decode of `G` tokens from an empty context.
@Command(
    name = "bench",
    description = "Measure prefill and decode, in tokens per second.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class BenchCommand implements Callable<Integer> {
  @Mixin private final EngineOptions engine = new EngineOptions();

  @Option(
      names = "--prompt-tokens",
      defaultValue = "512",
      description = "Tokens of a prompt (512).")
  int promptTokens;

  @Option(
      names = "--generate-tokens",
      defaultValue = "64",
      description = "Tokens to generate (64).")
  int generateTokens;

  @Option(names = "--batch", defaultValue = "1", description = "Sequences side by side (1).")
  int batch;

  @Option(
      names = "--repetitions",
      defaultValue = "3",
      description = "Measured runs, median reported (3).")
  int repetitions;

  @Option(names = "--warm-up", defaultValue = "2", description = "Runs before that (2).")
  int warmUp;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  // the engine is what is closed; standard output only goes by
  @SuppressWarnings("ClosingStandardOutputStreams")
  @Override
  public Integer call() throws InterruptedException {
    if (promptTokens < 1 || generateTokens < 1 || batch < 1 || repetitions < 1 || warmUp < 0) {
      throw new ConfigurationException(
          "--prompt-tokens, --generate-tokens, --batch and --repetitions must be at least 1");
    }
    engine.prefixCaching = false; // a repeated prompt must be computed again
    engine.maxSequences = Math.max(engine.maxSequences, batch);
    try (Engine opened = engine.open()) {
      double[] prefill = new double[repetitions];
      double[] decode = new double[repetitions];
      for (int i = -warmUp; i < repetitions; i++) {
        double prefillRate = prefill(opened, i);
        double decodeRate = decode(opened, i);
        if (i >= 0) {
          prefill[i] = prefillRate;
          decode[i] = decodeRate;
        }
      }
      report(opened, prefill, decode);
      return 0;
    }
  }

  private double prefill(Engine opened, int run) throws InterruptedException {
    long start = System.nanoTime();
    for (Generation generation : submit(opened, promptTokens, 1, run)) {
      generation.result();
    }
    return (double) promptTokens * batch / ((System.nanoTime() - start) / 1e9);
  }

  /// From the first token of all to the last one: the one-token prompts are not counted.
  private double decode(Engine opened, int run) throws InterruptedException {
    double begin = 0;
    double end = 0;
    for (Generation generation : submit(opened, 1, generateTokens + 1, run)) {
      GenerationResult result = generation.result();
      begin = Math.max(begin, result.timings().firstTokenSeconds());
      end = Math.max(end, result.timings().totalSeconds());
    }
    return generateTokens * batch / (end - begin);
  }

  private List<Generation> submit(Engine opened, int prompt, int generate, int run) {
    SplittableRandom random = new SplittableRandom(run);
    int vocabulary = opened.tokenizer().vocabularySize();
    SamplingParams params =
        SamplingParams.builder()
            .temperature(0)
            .maxTokens(generate)
            .ignoreEos(true)
            .detokenize(false)
            .build();
    List<Generation> generations = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      List<Integer> tokens = new ArrayList<>();
      for (int j = 0; j < prompt; j++) {
        tokens.add(random.nextInt(vocabulary));
      }
      generations.add(opened.submit(GenerationRequest.tokens(tokens).sampling(params).build()));
    }
    return generations;
  }

  private void report(Engine opened, double[] prefill, double[] decode) {
    PrintWriter out = spec.commandLine().getOut();
    Arrays.sort(prefill);
    Arrays.sort(decode);
    String device = opened.runtime().selection().device();
    if (json) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("model", opened.modelName())
          .put("backend", opened.runtime().selection().kernelBackend().name())
          .put("device", device)
          .put("prompt_tokens", promptTokens)
          .put("generate_tokens", generateTokens)
          .put("batch", batch)
          .put("repetitions", repetitions)
          .put("prefill_tokens_per_second", median(prefill))
          .put("prefill_min", prefill[0])
          .put("prefill_max", prefill[prefill.length - 1])
          .put("decode_tokens_per_second", median(decode))
          .put("decode_min", decode[0])
          .put("decode_max", decode[decode.length - 1]);
      out.println(node);
      return;
    }
    out.printf(
        "%s on %s, batch %d, median of %d [min..max]%n",
        opened.modelName(), device, batch, repetitions);
    out.printf(
        "prefill %5d tokens  %9.1f tok/s [%.1f..%.1f]%n",
        promptTokens, median(prefill), prefill[0], prefill[prefill.length - 1]);
    out.printf(
        "decode  %5d tokens  %9.1f tok/s [%.1f..%.1f]%n",
        generateTokens, median(decode), decode[0], decode[decode.length - 1]);
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
