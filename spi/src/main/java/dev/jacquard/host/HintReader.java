package dev.jacquard.host;

import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.HintField.Alias;
import dev.jacquard.spi.request.JsonValue;
import dev.jacquard.spi.request.RequestHints;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Takes the declared hint fields out of a request, from the field itself or its aliases in order, and checks them. Immutable; any thread.
///
/// A body is a [JsonValue.Object], which holds no nulls: whoever parses the JSON text leaves members that are `null` out, so an explicit `null` is absent here, and an alias after it counts.
public final class HintReader {
  private final List<HintField> fields;
  private final Set<String> topLevelNames;

  /// A reader of these declarations, whose names differ.
  public HintReader(Collection<HintField> fields) {
    this.fields = List.copyOf(fields);
    Set<String> names = new LinkedHashSet<>();
    for (HintField field : this.fields) {
      names.add(field.name());
      for (Alias alias : field.aliases()) {
        if (alias instanceof Alias.Path(String path)) {
          names.add(path.split("\\.", -1)[0]);
        }
      }
    }
    this.topLevelNames = Set.copyOf(names);
  }

  /// A reader of all fields that plugins of `catalog` declare.
  public static HintReader of(PluginCatalog catalog) {
    List<HintField> fields = new ArrayList<>();
    catalog.hintFields().values().forEach(offer -> fields.add(offer.value()));
    return new HintReader(fields);
  }

  /// The members of a body this reader looks at: fields and the first names of their paths. Others are for somebody else to accept or refuse.
  public Set<String> topLevelNames() {
    return topLevelNames;
  }

  /// The hints of one request.
  ///
  /// @param body the request's body without nulls
  /// @param headers the value of a header by its name in any case, null when it is not there
  /// @throws dev.jacquard.spi.error.RequestRejectedException naming the field as the client wrote it, the value and the remedy
  public RequestHints read(JsonValue.Object body, Function<String, @Nullable String> headers) {
    Map<String, JsonValue> hints = new LinkedHashMap<>();
    for (HintField field : fields) {
      JsonValue value = read(field, body, headers);
      if (value != null) {
        hints.put(field.name(), value);
      }
    }
    return hints.isEmpty() ? RequestHints.NONE : new RequestHints(hints);
  }

  private static @Nullable JsonValue read(
      HintField field, JsonValue.Object body, Function<String, @Nullable String> headers) {
    JsonValue own = body.values().get(field.name());
    if (own != null) {
      return new HintValue(field, field.name()).check(own);
    }
    for (Alias alias : field.aliases()) {
      switch (alias) {
        case Alias.Header(String name) -> {
          String text = headers.apply(name);
          if (text != null && !text.isBlank()) {
            return new HintValue(field, "header " + name).parse(text.strip());
          }
        }
        case Alias.Path(String path) -> {
          JsonValue value = follow(field, path, body);
          if (value != null) {
            return new HintValue(field, path).check(value);
          }
        }
      }
    }
    return null;
  }

  private static @Nullable JsonValue follow(HintField field, String path, JsonValue.Object body) {
    String[] names = path.split("\\.", -1);
    JsonValue here = body;
    for (int i = 0; i < names.length; i++) {
      if (!(here instanceof JsonValue.Object(Map<String, JsonValue> values))) {
        String place = String.join(".", List.of(names).subList(0, i));
        throw new HintValue(field, place).reject(here, "is not an object");
      }
      here = values.get(names[i]);
      if (here == null) {
        return null;
      }
    }
    return here;
  }
}
