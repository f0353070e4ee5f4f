package dev.jacquard.engine.cli;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.Generation;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.chat.ChatFormat;
import dev.jacquard.engine.chat.ChatMessage;
import dev.jacquard.engine.output.TextChunk;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.request.SamplingParams;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `jacquard chat`: one line of standard input is one message.
@Command(
    name = "chat",
    description = "Talk to a model, a line at a time. /reset forgets, /exit ends.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ChatCommand implements Callable<Integer> {
  @Mixin private final EngineOptions engine = new EngineOptions();
  @Mixin private final SamplingOptions sampling = new SamplingOptions();

  @Option(names = "--system", description = "System message.")
  @Nullable String system;

  @Spec private CommandSpec spec = CommandSpec.create();

  // the engine is what is closed; standard output only goes by
  @SuppressWarnings("ClosingStandardOutputStreams")
  @Override
  public Integer call() throws InterruptedException, IOException {
    PrintWriter out = spec.commandLine().getOut();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    boolean interactive = Terminals.interactive();
    engine.noWarmUpByDefault();
    try (Engine opened = engine.open()) {
      ChatFormat format = opened.chatFormat();
      List<ChatMessage> messages = start();
      while (true) {
        if (interactive) {
          out.print("> ");
          out.flush();
        }
        String line = in.readLine();
        if (line == null || line.strip().equals("/exit")) {
          return 0;
        }
        if (line.strip().equals("/reset")) {
          messages = start();
        } else if (!line.isBlank()) {
          messages.add(new ChatMessage("user", line));
          answer(opened, format, messages, out);
        }
      }
    }
  }

  private List<ChatMessage> start() {
    List<ChatMessage> messages = new ArrayList<>();
    if (system != null) {
      messages.add(new ChatMessage("system", system));
    }
    return messages;
  }

  private void answer(Engine opened, ChatFormat format, List<ChatMessage> messages, PrintWriter out)
      throws InterruptedException {
    SamplingParams params = sampling.toParams();
    List<String> stops = new ArrayList<>(params.stop());
    stops.addAll(format.stopStrings());
    try {
      Generation generation =
          opened.submit(
              GenerationRequest.prompt(rendered(format, messages))
                  .parseSpecialTokens(true)
                  .sampling(params.toBuilder().stop(stops).build())
                  .build());
      StringBuilder text = new StringBuilder();
      for (TextChunk chunk = generation.next(); chunk != null; chunk = generation.next()) {
        out.print(chunk.text());
        out.flush();
        text.append(chunk.text());
      }
      out.println();
      messages.add(new ChatMessage("assistant", text.toString()));
    } catch (RequestRejectedException e) {
      messages.removeLast();
      spec.commandLine().getErr().println(e.getMessage() + " (/reset starts afresh)");
    }
  }

  private static String rendered(ChatFormat format, List<ChatMessage> messages) {
    try {
      return format.render(messages, true);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "this model's chat format does not take the conversation: " + e.getMessage(), e);
    }
  }
}
