package dev.jacquard.engine.model;

import dev.jacquard.engine.model.config.ModelConfig;
import dev.jacquard.engine.model.config.ModelWeights;
import dev.jacquard.engine.model.config.TokenizerSpec;
import dev.jacquard.engine.model.file.ModelFile;
import dev.jacquard.engine.model.file.ModelFileException;
import dev.jacquard.engine.token.Tokenizer;
import dev.jacquard.engine.token.Tokenizers;
import dev.jacquard.engine.token.Vocabulary;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Everything a model file tells, checked: before a byte of weights is read. Immutable until closed.
///
/// @param name what the model is called when nobody gives it another name
/// @param chatTemplate the model's Jinja template, or null
public record LoadedModel(
    String name,
    ModelFile file,
    ModelConfig config,
    ModelWeights weights,
    Tokenizer tokenizer,
    @Nullable String chatTemplate)
    implements AutoCloseable {

  /// Opens a GGUF file or a Hugging Face directory.
  ///
  /// @throws ModelFileException naming the file, what is wrong and the remedy
  public static LoadedModel open(Path path) {
    ModelFile file = ModelFile.open(path);
    try {
      ModelConfig config = ModelConfig.read(file);
      ModelWeights weights = ModelWeights.resolve(file, config);
      TokenizerSpec spec = TokenizerSpec.read(file);
      Tokenizer tokenizer = tokenizer(path, spec);
      return new LoadedModel(nameOf(path), file, config, weights, tokenizer, spec.chatTemplate());
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// The same model under another name.
  public LoadedModel renamed(String other) {
    return new LoadedModel(other, file, config, weights, tokenizer, chatTemplate);
  }

  private static Tokenizer tokenizer(Path path, TokenizerSpec spec) {
    try {
      Vocabulary.Builder builder =
          Vocabulary.builder(spec.model(), spec.preTokenizer(), spec.tokens())
              .scores(spec.scores())
              .types(spec.tokenTypes())
              .merges(spec.merges())
              .bos(spec.bosId())
              .eos(spec.eosId())
              .unknown(spec.unknownId())
              .addBos(spec.addBos())
              .addEos(spec.addEos())
              .addSpacePrefix(spec.addSpacePrefix());
      for (int id : spec.endIds()) {
        builder.endId(id);
      }
      return Tokenizers.of(builder.build());
    } catch (IllegalArgumentException e) {
      throw new ModelFileException(
          path, String.valueOf(e.getMessage()), "convert the model again, or use another one", e);
    }
  }

  private static String nameOf(Path path) {
    Path last = path.toAbsolutePath().normalize().getFileName();
    String name = last == null ? "model" : last.toString();
    return name.endsWith(".gguf") ? name.substring(0, name.length() - 5) : name;
  }

  @Override
  public void close() {
    file.close();
  }
}
