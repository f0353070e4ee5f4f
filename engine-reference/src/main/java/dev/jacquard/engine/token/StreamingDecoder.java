package dev.jacquard.engine.token;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Turns ids into text one by one and holds back bytes until they are whole characters.
///
/// The pieces that [#append] and [#finish] return, joined, are the text of all ids; malformed bytes
/// become U+FFFD. From [Tokenizer#streaming] or [Tokenizer#continuation]. Belongs to one text and
/// one thread at a time.
public final class StreamingDecoder {
  private final TokenTable table;
  private final boolean special;
  private final CharsetDecoder utf8 =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer pending = ByteBuffer.allocate(64);
  private boolean stripsSpace;
  private boolean finished;

  StreamingDecoder(TokenTable table, boolean skipSpecial, boolean stripsSpace) {
    this.table = table;
    this.special = !skipSpecial;
    this.stripsSpace = stripsSpace;
  }

  /// Adds an id and returns the text that is complete now, often empty, never half a character.
  ///
  /// @throws IllegalArgumentException if the vocabulary has no such id
  /// @throws IllegalStateException after [#finish]
  public String append(int id) {
    if (finished) {
      throw new IllegalStateException("this text is finished; ask the tokenizer for a new decoder");
    }
    int from = table.start(id, special);
    int to = table.end(id);
    if (from == to) {
      return "";
    }
    if (stripsSpace) {
      stripsSpace = false;
      if (table.type(id) == TokenType.NORMAL && table.bytes()[from] == ' ') {
        from++;
      }
    }
    int length = to - from;
    if (pending.remaining() < length) {
      pending = ByteBuffer.allocate(2 * (pending.position() + length)).put(pending.flip());
    }
    pending.put(table.bytes(), from, length);
    return decode(false);
  }

  /// Ends the text; bytes that never became a character are returned as U+FFFD.
  public String finish() {
    if (finished) {
      return "";
    }
    finished = true;
    return decode(true);
  }

  private String decode(boolean end) {
    CharBuffer out = CharBuffer.allocate(pending.position() + 1);
    pending.flip();
    utf8.decode(pending, out, end);
    if (end) {
      utf8.flush(out);
    }
    pending.compact();
    return out.flip().toString();
  }
}
