package dev.jacquard.engine.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Published vocabularies of 128,000 tokens and more, where somebody has them; see
/// `make_real_goldens.py` among the test resources.
class RealVocabulariesTest {
  private static final String FOLDER = "JACQUARD_TOKENIZER_GOLDENS";

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama-bpe"})
  void idsAreThoseOfThePublishedTokenizer(String pre) throws IOException {
    String folder = System.getenv(FOLDER);
    assumeTrue(folder != null, FOLDER + " is not set: no published vocabularies to compare with");
    Path vocab = Path.of(folder, pre + ".vocab.txt");
    assumeTrue(Files.exists(vocab), () -> vocab + " does not exist");
    List<String> merges = Files.readAllLines(Path.of(folder, pre + ".merges.txt"));
    Tokenizer tokenizer =
        Tokenizers.of(Samples.byteLevel(pre, Files.readAllLines(vocab), merges).build());
    List<String> ids = Files.readAllLines(Path.of(folder, pre + ".ids.txt"));
    List<String> texts = Samples.texts();
    assertEquals(texts.size(), ids.size());
    for (int i = 0; i < texts.size(); i++) {
      if (!ids.get(i).isEmpty()) {
        assertArrayEquals(
            Samples.ids(ids.get(i)), tokenizer.encode(texts.get(i), false, true), texts.get(i));
      }
    }
  }
}
