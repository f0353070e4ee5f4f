package dev.jacquard.engine.cli;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.Generation;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.output.Completion;
import dev.jacquard.engine.output.GenerationResult;
import dev.jacquard.engine.output.TextChunk;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `jacquard complete`.
@Command(
    name = "complete",
    description = "Continue a text.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CompleteCommand implements Callable<Integer> {
  @Mixin private final EngineOptions engine = new EngineOptions();
  @Mixin private final SamplingOptions sampling = new SamplingOptions();

  @Option(names = "--prompt", required = true, description = "The text to continue.")
  String prompt = "";

  @Option(names = "--json", description = "Print one JSON object at the end.")
  boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  // the engine is what is closed; standard output only goes by
  @SuppressWarnings("ClosingStandardOutputStreams")
  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    GenerationRequest request =
        GenerationRequest.prompt(prompt).sampling(sampling.toParams()).build();
    engine.noWarmUpByDefault();
    try (Engine opened = engine.open()) {
      Generation generation = opened.submit(request);
      if (json) {
        out.println(describe(generation.result()));
        return 0;
      }
      for (TextChunk chunk = generation.next(); chunk != null; chunk = generation.next()) {
        out.print(chunk.text());
        out.flush();
      }
      out.println();
      return 0;
    }
  }

  private static ObjectNode describe(GenerationResult result) {
    Completion answer = result.completions().getFirst();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("text", answer.text());
    ArrayNode tokens = node.putArray("token_ids");
    answer.tokenIds().forEach(tokens::add);
    ArrayNode promptTokens = node.putArray("prompt_token_ids");
    result.promptTokenIds().forEach(promptTokens::add);
    node.put("finish_reason", answer.finish().name().toLowerCase(Locale.ROOT));
    node.putObject("usage")
        .put("prompt_tokens", result.usage().promptTokens())
        .put("completion_tokens", result.usage().completionTokens())
        .put("cached_tokens", result.usage().cachedTokens());
    double first = result.timings().firstTokenSeconds();
    double total = result.timings().totalSeconds();
    node.putObject("timings")
        .put("queue_seconds", result.timings().queueSeconds())
        .put("first_token_seconds", first)
        .put("total_seconds", total)
        .put(
            "decode_tokens_per_second",
            total > first ? (result.usage().completionTokens() - 1) / (total - first) : 0);
    return node;
  }
}
