package dev.jacquard.engine.cli;

import dev.jacquard.engine.model.DemoModel;
import dev.jacquard.engine.model.LoadedModel;
import dev.jacquard.engine.token.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `jacquard tokenize`.
@Command(
    name = "tokenize",
    description = "Show the tokens of a text.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TokenizeCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      description = "GGUF file or Hugging Face directory; the demo model if not given.")
  @Nullable Path model;

  @Option(names = "--text", required = true, description = "The text.")
  String text = "";

  @Option(names = "--parse-special", description = "Recognise control tokens in the text.")
  boolean parseSpecial;

  @Option(names = "--no-bos", description = "Leave the model's BOS out.")
  boolean withoutBos;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (LoadedModel opened = model == null ? DemoModel.open() : LoadedModel.open(model)) {
      Tokenizer tokenizer = opened.tokenizer();
      int[] ids = tokenizer.encode(text, !withoutBos, parseSpecial);
      if (json) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("count", ids.length);
        ArrayNode tokens = node.putArray("tokens");
        ArrayNode pieces = node.putArray("pieces");
        for (int id : ids) {
          tokens.add(id);
          pieces.add(tokenizer.piece(id));
        }
        out.println(node);
        return 0;
      }
      for (int id : ids) {
        out.printf("%8d  %s%n", id, tokenizer.piece(id));
      }
      return 0;
    }
  }
}
