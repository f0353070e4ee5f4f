package dev.jacquard.engine.chat;

import java.util.List;

/// A family of chat templates, as data.
///
/// In the texts below `{role}` stands for the role, `{bos}` and `{eos}` for the model's tokens.
///
/// @param name a name for messages and logs
/// @param marks texts that a template of the family contains, all of them
/// @param noMarks texts that it contains none of
/// @param system how a system message is written
/// @param systemPlace where it is written
/// @param user how a user message is written
/// @param assistant how an answer is written
/// @param generationPrompt what makes the model answer, behind the last message
/// @param trim whose content loses the white space around it
/// @param stops texts that end an answer
record ChatFamily(
    String name,
    List<String> marks,
    List<String> noMarks,
    Turn system,
    SystemPlace systemPlace,
    Turn user,
    Turn assistant,
    String generationPrompt,
    Trim trim,
    List<String> stops) {

  /// What is written around a message.
  record Turn(String before, String after) {}

  /// Where a system message goes.
  enum SystemPlace {
    /// It is a turn of its own.
    OWN_TURN,
    /// It precedes the content of the next user message.
    NEXT_USER,
    /// It precedes the content of the last user message.
    LAST_USER
  }

  /// Whose content is trimmed.
  enum Trim {
    ALL,
    ASSISTANT,
    /// Nobody's, unless the template applies `trim` or `strip()` to the content.
    AS_TEMPLATE
  }

  boolean matches(String template) {
    return marks.stream().allMatch(template::contains)
        && noMarks.stream().noneMatch(template::contains);
  }
}
