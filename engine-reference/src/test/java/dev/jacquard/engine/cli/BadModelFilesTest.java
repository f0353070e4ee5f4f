package dev.jacquard.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Model files that are none: the file and what is wrong with it are named, and the exit code is 1.
class BadModelFilesTest {
  @TempDir private Path folder;

  private static void refused(Path model, String... said) {
    for (String[] arguments :
        new String[][] {
          {"complete", "--model", model.toString(), "--prompt", "x"},
          {"tokenize", "--model", model.toString(), "--text", "x"}
        }) {
      Cli did = Cli.run(arguments);
      assertEquals(1, did.code(), did.err());
      assertTrue(did.err().startsWith("jacquard: "), did.err());
      assertTrue(did.err().contains(model.getFileName().toString()), did.err());
      for (String part : said) {
        assertTrue(did.err().contains(part), did.err());
      }
      assertFalse(did.err().contains("\tat "), did.err());
      assertEquals("", did.out());
    }
  }

  private Path file(byte[] bytes) throws Exception {
    return Files.write(folder.resolve("model.gguf"), bytes);
  }

  @Test
  void aMissingFile() {
    refused(folder.resolve("nowhere.gguf"));
    Cli doctor = Cli.run("doctor", "--model", folder.resolve("nowhere.gguf").toString());
    assertEquals(1, doctor.code());
    assertTrue(doctor.out().contains("BAD  model"), doctor.out());
  }

  @Test
  void anEmptyFileAndOneOfText() throws Exception {
    refused(file(new byte[0]));
    refused(file("once upon a time there was a file that was no model\n".getBytes()));
  }

  @Test
  void aFolderWithoutAModel() {
    refused(folder);
  }

  @Test
  void aTruncatedFile() throws Exception {
    byte[] whole = Cli.demoModel();
    refused(file(Arrays.copyOf(whole, whole.length - 1000)));
    refused(file(Arrays.copyOf(whole, 5000)));
    refused(file(Arrays.copyOf(whole, 20)));
  }

  @Test
  void corruptCounts() throws Exception {
    byte[] bytes = Cli.demoModel();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(8, Long.MAX_VALUE);
    refused(file(bytes));
    bytes = Cli.demoModel();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(16, -1);
    refused(file(bytes));
  }

  @Test
  void anUnknownArchitecture() throws Exception {
    byte[] bytes = Cli.demoModel();
    int value = after(bytes, "general.architecture") + 4 + 8;
    bytes[value] = 'x';
    refused(file(bytes), "architecture");
  }

  @Test
  void anUnknownTensorType() throws Exception {
    byte[] bytes = Cli.demoModel();
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int dimensions = after(bytes, "token_embd.weight");
    view.putInt(dimensions + 4 + 8 * view.getInt(dimensions), 999);
    refused(file(bytes), "token_embd.weight", "999");
  }

  private static int after(byte[] bytes, String name) {
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(name);
    assertTrue(at > 0, name);
    return at + name.length();
  }
}
