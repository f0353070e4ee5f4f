package dev.jacquard.engine.model.config;

import static dev.jacquard.engine.model.file.ModelFileException.quote;

import dev.jacquard.engine.model.file.ModelFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// The parts of a `tokenizer.json`. Vocabulary and merges, which make up its tens of megabytes, are
/// streamed; the small rest is kept as trees.
final class TokenizerJson {
  static final String REMEDY =
      "use a model with a byte-level BPE tokenizer.json, or a GGUF file of this model";

  private static final long MAX_BYTES = 64L << 20;

  /// Sections are read as trees out of a stream that goes on behind them.
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final Path file;
  private final Map<String, JsonNode> sections = new HashMap<>();
  private final Map<String, JsonNode> model = new HashMap<>();
  private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
  private final List<String> merges = new ArrayList<>();

  private TokenizerJson(Path file) {
    this.file = file;
  }

  static TokenizerJson read(Path file) {
    TokenizerJson json = new TokenizerJson(file);
    try (InputStream bytes = Files.newInputStream(file)) {
      if (Files.size(file) > MAX_BYTES) {
        throw json.problem("has more than " + MAX_BYTES + " bytes");
      }
      try (JsonParser in = JSON.createParser(bytes)) {
        json.top(in);
      }
    } catch (JacksonException e) {
      throw new ModelFileException(file, "is not valid JSON: " + e.getOriginalMessage(), REMEDY, e);
    } catch (IOException e) {
      throw new ModelFileException(file, "cannot be read: " + e, "check the disk", e);
    }
    return json;
  }

  /// A field of the file other than `model`; a missing node when it is absent or null.
  JsonNode section(String name) {
    return sections.getOrDefault(name, MissingNode.getInstance());
  }

  /// A field of `model` other than `vocab` and `merges`; a missing node when absent or null.
  JsonNode model(String name) {
    return model.getOrDefault(name, MissingNode.getInstance());
  }

  Map<String, Integer> vocabulary() {
    return vocabulary;
  }

  List<String> merges() {
    return merges;
  }

  ModelFileException problem(String what) {
    return new ModelFileException(file, what, REMEDY);
  }

  private void top(JsonParser in) {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw problem("is not a JSON object");
    }
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = in.currentName();
      if (in.nextToken() == JsonToken.START_OBJECT && name.equals("model")) {
        model(in);
      } else {
        keep(sections, name, in);
      }
    }
    if (in.nextToken() != null) {
      throw problem("goes on behind its JSON object");
    }
  }

  private void model(JsonParser in) {
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = in.currentName();
      JsonToken token = in.nextToken();
      if (name.equals("vocab") && token == JsonToken.START_OBJECT) {
        vocabulary(in);
      } else if (name.equals("merges") && token == JsonToken.START_ARRAY) {
        merges(in);
      } else if (name.equals("vocab") || name.equals("merges")) {
        in.skipChildren(); // of another kind of tokenizer, which its type will tell
      } else {
        keep(model, name, in);
      }
    }
  }

  private static void keep(Map<String, JsonNode> where, String name, JsonParser in) {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    where.put(name, JSON.readTree(in));
  }

  private void vocabulary(JsonParser in) {
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      String token = in.currentName();
      if (in.nextToken() != JsonToken.VALUE_NUMBER_INT) {
        throw problem("gives the token " + quote(token) + " no integer id");
      }
      if (vocabulary.put(token, in.getIntValue()) != null) {
        throw problem("has the token " + quote(token) + " twice");
      }
    }
  }

  /// Older files write "left right", newer ones ["left", "right"].
  private void merges(JsonParser in) {
    while (in.nextToken() != JsonToken.END_ARRAY) {
      String merge = "";
      if (in.currentToken() == JsonToken.VALUE_STRING) {
        merge = in.getString();
      } else if (in.currentToken() == JsonToken.START_ARRAY) {
        JsonNode pair = JSON.readTree(in);
        merge = pair.size() == 2 ? pair.path(0).asString("") + " " + pair.path(1).asString("") : "";
      }
      int space = merge.indexOf(' ');
      if (space < 1 || space == merge.length() - 1 || space != merge.lastIndexOf(' ')) {
        throw problem("has a merge " + merges.size() + " that is not two tokens");
      }
      merges.add(merge);
    }
  }
}
