package dev.jacquard.engine.chat;

import dev.jacquard.engine.chat.ChatFamily.SystemPlace;
import dev.jacquard.engine.chat.ChatFamily.Turn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes conversations the way a family of templates does; the only renderer there is.
final class TemplateFormat implements ChatFormat {
  private static final String SYSTEM = "system";
  private static final String USER = "user";
  private static final String ASSISTANT = "assistant";

  private final ChatFamily family;
  private final String bos;
  private final String eos;
  private final boolean templateTrims;
  private final @Nullable String defaultSystem;

  TemplateFormat(
      ChatFamily family,
      String bos,
      String eos,
      boolean templateTrims,
      @Nullable String defaultSystem) {
    this.family = family;
    this.bos = bos;
    this.eos = eos;
    this.templateTrims = templateTrims;
    this.defaultSystem = defaultSystem;
  }

  @Override
  public String name() {
    return family.name();
  }

  @Override
  public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    List<ChatMessage> turns = turns(messages);
    StringBuilder text = new StringBuilder();
    int mergeInto = family.systemPlace() == SystemPlace.LAST_USER ? lastUser(turns) : -1;
    StringBuilder system = new StringBuilder();
    for (int i = 0; i < turns.size(); i++) {
      ChatMessage turn = turns.get(i);
      String content = trimmed(turn);
      switch (turn.role()) {
        case SYSTEM -> {
          if (family.systemPlace() == SystemPlace.OWN_TURN) {
            append(text, family.system(), SYSTEM, content);
          } else {
            append(system, family.system(), SYSTEM, content);
          }
        }
        case USER -> {
          if (i >= mergeInto) {
            content = system + content;
            system.setLength(0);
          }
          append(text, family.user(), USER, content);
        }
        default -> append(text, family.assistant(), ASSISTANT, content);
      }
    }
    if (!system.isEmpty()) {
      append(text, family.user(), USER, system.toString().strip());
    }
    if (addGenerationPrompt) {
      text.append(filled(family.generationPrompt(), ASSISTANT));
    }
    return !bos.isEmpty() && text.indexOf(bos) == 0
        ? text.substring(bos.length())
        : text.toString();
  }

  @Override
  public List<String> stopStrings() {
    return family.stops().stream()
        .map(stop -> filled(stop, ASSISTANT))
        .filter(stop -> !stop.isEmpty())
        .toList();
  }

  private List<ChatMessage> turns(List<ChatMessage> messages) {
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("messages is empty; a conversation has at least one");
    }
    List<ChatMessage> turns = new ArrayList<>(messages.size() + 1);
    for (int i = 0; i < messages.size(); i++) {
      ChatMessage message = messages.get(i);
      turns.add(new ChatMessage(role(message.role(), i), message.content()));
    }
    if (defaultSystem != null && !turns.getFirst().role().equals(SYSTEM)) {
      turns.addFirst(new ChatMessage(SYSTEM, defaultSystem));
    }
    return turns;
  }

  private static String role(String role, int index) {
    return switch (role) {
      case SYSTEM, "developer" -> SYSTEM;
      case USER, ASSISTANT -> role;
      default ->
          throw new IllegalArgumentException(
              "messages["
                  + index
                  + "].role = '"
                  + role
                  + "' is not supported; supported are system, developer, user and assistant");
    };
  }

  private static int lastUser(List<ChatMessage> turns) {
    int last = -1;
    for (int i = 0; i < turns.size(); i++) {
      if (turns.get(i).role().equals(USER)) {
        last = i;
      }
    }
    return last;
  }

  private String trimmed(ChatMessage turn) {
    boolean trim =
        switch (family.trim()) {
          case ALL -> true;
          case ASSISTANT -> turn.role().equals(ASSISTANT);
          case AS_TEMPLATE -> templateTrims;
        };
    return trim ? turn.content().strip() : turn.content();
  }

  private void append(StringBuilder text, Turn turn, String role, String content) {
    text.append(filled(turn.before(), role)).append(content).append(filled(turn.after(), role));
  }

  private String filled(String pattern, String role) {
    return pattern.replace("{role}", role).replace("{bos}", bos).replace("{eos}", eos);
  }
}
