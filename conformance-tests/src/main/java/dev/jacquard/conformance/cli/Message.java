package dev.jacquard.conformance.cli;

import dev.jacquard.conformance.CheckResult.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the child tells the parent, a line each.
sealed interface Message {
  /// Who the plugin is.
  record Plugin(String name) implements Message {}

  /// Something could not be loaded.
  record Problem(String text) implements Message {}

  /// A component that will be tried, or why it cannot.
  record Component(String name, @Nullable String unavailable) implements Message {}

  /// A check that will be tried, of the component named last. Checks are numbered from 0 as they come.
  record Planned(String rule, String check, List<String> likelyCauses) implements Message {}

  /// Everything is planned; checks follow.
  record Ready() implements Message {}

  /// A check begins.
  record Started(int number) implements Message {}

  /// A check ended.
  record Ended(int number, Outcome outcome, boolean abandoned, long nanos, String message)
      implements Message {}

  /// All checks are done.
  record Done() implements Message {}

  /// Begins each line, so that a plugin's output is not taken for it by accident.
  String MARK = "\u0001jacquard-conformance";

  /// The line of a message.
  static String line(Message message) {
    List<String> fields = new ArrayList<>();
    fields.add(message.getClass().getSimpleName());
    switch (message) {
      case Plugin m -> fields.add(m.name());
      case Problem m -> fields.add(m.text());
      case Component m -> {
        fields.add(m.name());
        if (m.unavailable() != null) {
          fields.add(m.unavailable());
        }
      }
      case Planned m -> {
        fields.add(m.rule());
        fields.add(m.check());
        fields.addAll(m.likelyCauses());
      }
      case Ready _, Done _ -> {}
      case Started m -> fields.add(Integer.toString(m.number()));
      case Ended m -> {
        fields.add(Integer.toString(m.number()));
        fields.add(m.outcome().name());
        fields.add(Boolean.toString(m.abandoned()));
        fields.add(Long.toString(m.nanos()));
        fields.add(m.message());
      }
    }
    StringBuilder line = new StringBuilder(MARK);
    for (String field : fields) {
      byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
      line.append(' ')
          .append(Base64.getEncoder().withoutPadding().encodeToString(bytes))
          .append('.');
    }
    return line.toString();
  }

  /// The message of a line; empty when the line holds none. A plugin's native code may have printed
  /// something before it on the same line.
  static Optional<Message> read(String line) {
    int mark = line.indexOf(MARK + " ");
    if (mark < 0) {
      return Optional.empty();
    }
    List<String> fields = new ArrayList<>();
    for (String field : line.substring(mark + MARK.length() + 1).split(" ", -1)) {
      byte[] bytes = Base64.getDecoder().decode(field.substring(0, field.length() - 1));
      fields.add(new String(bytes, StandardCharsets.UTF_8));
    }
    return Optional.of(of(fields.removeFirst(), fields));
  }

  private static Message of(String kind, List<String> fields) {
    return switch (kind) {
      case "Plugin" -> new Plugin(fields.getFirst());
      case "Problem" -> new Problem(fields.getFirst());
      case "Component" ->
          new Component(fields.getFirst(), fields.size() > 1 ? fields.get(1) : null);
      case "Planned" ->
          new Planned(fields.get(0), fields.get(1), List.copyOf(fields.subList(2, fields.size())));
      case "Ready" -> new Ready();
      case "Started" -> new Started(Integer.parseInt(fields.getFirst()));
      case "Ended" ->
          new Ended(
              Integer.parseInt(fields.get(0)),
              Outcome.valueOf(fields.get(1)),
              Boolean.parseBoolean(fields.get(2)),
              Long.parseLong(fields.get(3)),
              fields.get(4));
      case "Done" -> new Done();
      default -> throw new IllegalArgumentException("no message of kind " + kind);
    };
  }
}
