package dev.jacquard.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes wrong before a model is opened: one clear line, and exit code 2.
class UsageTest {
  @Test
  void helpAndVersionAreData() {
    Cli help = Cli.run("-h");
    assertEquals(0, help.code());
    for (String command :
        List.of("serve", "complete", "chat", "tokenize", "bench", "plugins", "doctor")) {
      assertTrue(help.out().contains("  " + command), help.out());
      Cli own = Cli.run(command, "--help");
      assertEquals(0, own.code());
      assertTrue(own.out().startsWith("Usage: jacquard " + command), own.out());
      assertFalse(own.out().contains("--plugin-config"), "plumbing is hidden");
      assertEquals("", own.err());
    }
    assertTrue(Cli.run("--version").out().startsWith("jacquard "));
    Cli nothing = Cli.run();
    assertEquals(2, nothing.code());
    assertTrue(nothing.err().contains("serve"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve --max-model-lenn 5|--max-model-len",
        "complete --promt x|--prompt",
        "complete --prompt x --temperatur 0|--temperature",
        "servee|serve",
        "complete|--prompt",
        "serve --max-num-seqs many|many",
        "serve --max-num-seqs -1|1 to 4096",
        "serve --max-num-seqs 1000000|1 to 4096",
        "serve --block-size 0|1 to 1024",
        "serve --max-model-len -5|--max-model-len",
        "serve --max-num-batched-tokens -1|1048576",
        "serve --num-gpu-blocks-override -1|--num-gpu-blocks-override",
        "serve --watermark 1.5|below 1",
        "serve --steps-in-flight 3|1 or 2",
        "serve --threads -1|--threads",
        "serve --swap-space lots|--swap-space",
        "serve --swap-space=-1|--swap-space",
        "serve --kv-cache-memory 4XiB|--kv-cache-memory",
        "serve --kv-cache-dtype q4_k|f16, f32",
        "serve --preemption-mode maybe|RECOMPUTE",
        "serve --port 70000|65535",
        "serve --port x|--port",
        "serve --max-connections 0|at least 1",
        "serve --max-connections few|--max-connections",
        "serve --max-body-size 1parsec|--max-body-size",
        "serve --drain-timeout soon|--drain-timeout",
        "serve --api-key=|--api-key",
        "serve --set x=1|PLUGIN.key=value",
        "serve --set nonsense|PLUGIN.key=value",
        "serve --plugin-dir /no/such/folder|no such folder",
        "serve --config /no/such/file.yaml|no such file",
        "serve --mine-config|--mine-config",
        "serve --mine-config {\"a\":|--mine-config",
        "serve --mine-config [1]|--mine-config",
        "serve --plugin-config x|--NAME-config",
        "complete --prompt x --max-tokens 0|--max-tokens",
        "complete --prompt x --temperature -1|--temperature",
        "complete --prompt x --top-p 2|--top-p",
        "complete --prompt x --min-p 7|--min-p",
        "bench --batch 0|--batch",
        "bench --generate-tokens -4|--generate-tokens"
      })
  void aMistakeIsNamedWithTheRemedy(String line) {
    String[] arguments = line.substring(0, line.indexOf('|')).split(" ");
    Cli did = Cli.run(arguments);
    assertEquals(2, did.code(), did.err());
    assertTrue(did.err().startsWith("jacquard: "), did.err());
    assertTrue(did.err().contains(line.substring(line.indexOf('|') + 1)), did.err());
    assertFalse(did.err().contains("\tat "), did.err());
    assertEquals("", did.out());
  }

  @Test
  void namesOfComponentsAndPluginsAreSuggested() {
    assertSuggested("priority of", "complete", "--prompt", "x", "--scheduler", "priorty");
    assertSuggested("lfu of", "complete", "--prompt", "x", "--block-manager", "lfuu");
    assertSuggested(
        "available: reference", "complete", "--prompt", "x", "--kernel-backend", "cpuu");
    assertSuggested("nobody", "complete", "--prompt", "x", "--enable-nobody");
    assertSuggested(
        "reference.retention",
        "complete",
        "--prompt",
        "x",
        "--set",
        "reference.retentoin=5m",
        "--block-manager",
        "priority-ttl");
  }

  private static void assertSuggested(String wanted, String... arguments) {
    String said = suggested(arguments);
    assertTrue(said.contains(wanted), said);
  }

  private static String suggested(String... arguments) {
    Cli did = Cli.run(arguments);
    assertEquals(2, did.code(), did.err());
    return did.err();
  }

  @Test
  void aKeyOfTheFileThatNobodyReadsIsNamedWithTheNearest(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("jacquard.yaml");
    Files.writeString(file, "max-num-sequ: 4\n");
    assertTrue(suggested("plugins", "--config", file.toString()).contains("max-num-seqs"));
    Files.writeString(file, "model: [unclosed\n");
    assertTrue(suggested("plugins", "--config=" + file).contains("not valid YAML"));
    Files.writeString(file, "- a\n- b\n");
    assertTrue(suggested("plugins", "--config=" + file).contains("keys and values"));
    Files.writeString(file, "referenc:\n  retention: 5m\n");
    assertTrue(suggested("complete", "--prompt", "x", "--config=" + file).contains("referenc"));
  }
}
