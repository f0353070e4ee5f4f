package dev.jacquard.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A warm step allocates nothing: not one byte, on the engine thread or on a worker of the CPU backend.
///
/// Measured by [StepAllocation] in a JVM of its own. In one where hundreds of tests ran before, the compiler inlines other things, and vectors become objects here and there. Until
/// the kernels are compiled by C2 their vectors are objects too; allocation samples of a run without C2 show those and nothing else of a step.
class StepAllocationTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aWarmStepAllocatesNotOneByte(int stepsInFlight) throws Exception {
    Path report = folder.resolve("report.txt");
    Path log = folder.resolve("log.txt");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx512m",
                    "--add-modules",
                    "jdk.incubator.vector",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    StepAllocation.class.getName(),
                    folder.toString(),
                    Integer.toString(stepsInFlight),
                    report.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertEquals(0, process.waitFor(), () -> read(log));
    } finally {
      process.destroyForcibly();
    }
    String text = read(report);
    assertTrue(text.startsWith(StepAllocation.QUIET), text);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
