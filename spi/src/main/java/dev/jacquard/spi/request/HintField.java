package dev.jacquard.spi.request;

import java.util.List;
import java.util.Objects;

/// One request field that a plugin reads: the server and the library accept exactly the declared ones, check them, and document them.
///
/// Two plugins may declare the same field if the declarations are equal (PLG-13). An explicit JSON `null` means absent.
///
/// @param name as in the request body: `[a-z][a-z0-9_]{0,62}`
/// @param type what is accepted
/// @param description one sentence for the API page
/// @param limits bounds that the host checks before the plugin sees the value
/// @param aliases other places where clients put the same thing, in order of precedence after the field itself
public record HintField(
    String name, Type type, String description, Limits limits, List<Alias> aliases) {
  /// What a field holds.
  public enum Type {
    STRING,
    NUMBER,
    BOOLEAN,
    STRING_LIST,
    OBJECT
  }

  /// Bounds: `maxLength` in characters of every string, `maxItems` of every list or object, `min`/`max` of every number.
  public record Limits(int maxLength, int maxItems, double min, double max) {
    /// 256 characters, 64 items, any finite number.
    public static final Limits DEFAULT = new Limits(256, 64, -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  /// Another place of the same value.
  public sealed interface Alias {
    /// An HTTP header, case-insensitive.
    record Header(String name) implements Alias {}

    /// A dotted path into the request body, such as `vendor.hints.priority`.
    record Path(String path) implements Alias {}
  }

  /// Checks the grammar of the name and copies the aliases.
  public HintField {
    Objects.requireNonNull(type, "type is null");
    Objects.requireNonNull(description, "description is null");
    Objects.requireNonNull(limits, "limits is null");
    if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException(
          "hint field name '" + name + "' does not match [a-z][a-z0-9_]{0,62}");
    }
    aliases = List.copyOf(aliases);
  }
}
