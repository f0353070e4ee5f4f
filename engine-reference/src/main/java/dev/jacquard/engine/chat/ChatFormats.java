package dev.jacquard.engine.chat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the chat format that a model's template stands for.
///
/// The template is not executed: it is recognised by what it contains. So only plain turns are
/// written; tools, reasoning options and prompts that carry today's date need the full template
/// language, which a later release brings.
public final class ChatFormats {
  /// A literal with a system prompt of the model's own, used when a conversation has none.
  private static final Pattern DEFAULT_SYSTEM =
      Pattern.compile("<\\|im_start\\|>system\\\\n([^'\"{}<]+)<\\|im_end\\|>");

  /// `message['content'] | trim` or `message.content.strip()`.
  private static final Pattern TRIMS_CONTENT =
      Pattern.compile("content(?:'\\]|\"\\])?(?:\\s*\\|\\s*trim|\\.strip\\(\\))");

  private ChatFormats() {}

  /// The format of a template.
  ///
  /// @param template `tokenizer.chat_template`, or null if the model has none
  /// @param bos the text of the model's BOS token, or empty
  /// @param eos the text of the model's EOS token, or empty
  /// @throws ChatTemplateException if there is no template, or none of the known families fits
  public static ChatFormat of(@Nullable String template, String bos, String eos) {
    if (template == null || template.isBlank()) {
      throw new ChatTemplateException(
          "this model has no chat template (tokenizer.chat_template), so it cannot chat; plain text"
              + " completion works: use /v1/completions");
    }
    String marks = withoutSeams(template);
    for (ChatFamily family : ChatFamilies.all()) {
      if (family.matches(marks)) {
        boolean trims = TRIMS_CONTENT.matcher(marks).find();
        return new TemplateFormat(family, bos, eos, trims, defaultSystem(family, marks));
      }
    }
    throw new ChatTemplateException(
        "the model's chat template (tokenizer.chat_template) is of no known family; known are "
            + families()
            + ". Templates of any kind come with a later release; until then plain text completion"
            + " works: use /v1/completions. The template begins: "
            + template.substring(0, Math.min(template.length(), 80)));
  }

  /// The names of the families that [#of] knows.
  public static List<String> families() {
    return ChatFamilies.all().stream().map(ChatFamily::name).toList();
  }

  /// Joins `'a' + 'b'` and spells line breaks as the escape, which templates do either way.
  private static String withoutSeams(String template) {
    return template.replace("' + '", "").replace("\" + \"", "").replace("\n", "\\n");
  }

  private static @Nullable String defaultSystem(ChatFamily family, String template) {
    Matcher matcher = DEFAULT_SYSTEM.matcher(template);
    return family.name().equals("chatml") && matcher.find()
        ? matcher.group(1).replace("\\n", "\n")
        : null;
  }
}
