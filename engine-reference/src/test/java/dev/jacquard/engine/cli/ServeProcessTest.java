package dev.jacquard.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `serve` as a process of its own, and the signal that ends it.
@Timeout(120)
class ServeProcessTest {
  private static final Pattern LISTENING =
      Pattern.compile("listening on http://127\\.0\\.0\\.1:(\\d+)");

  @Test
  void sigtermLetsARunningStreamEndAndTheExitCodeIsZero() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "--add-modules",
            "jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.jacquard.engine.cli.Main",
            "serve",
            "--port",
            "0",
            "--max-num-seqs",
            "4");
    for (String name : Set.copyOf(builder.environment().keySet())) {
      if (name.startsWith("JACQUARD_")) {
        builder.environment().remove(name);
      }
    }
    builder.environment().put("JACQUARD_SERVED_MODEL_NAME", "from-the-environment");
    Process process = builder.start();
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      int port = port(err);
      Thread drain = Thread.ofVirtual().start(() -> err.lines().forEach(line -> {}));
      String body =
          "{\"model\": \"from-the-environment\", \"prompt\": \"The sea\", \"max_tokens\": 100,"
              + " \"ignore_eos\": true, \"stream\": true}";
      try (Socket socket = new Socket("127.0.0.1", port)) {
        socket
            .getOutputStream()
            .write(
                ("POST /v1/completions HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body)
                    .getBytes(StandardCharsets.UTF_8));
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        String line = in.readLine();
        while (!line.startsWith("data: ")) {
          line = in.readLine();
        }
        process.destroy(); // SIGTERM
        String rest = String.join("\n", in.lines().toList());
        assertTrue(rest.contains("\"finish_reason\":\"length\""), rest);
        assertTrue(rest.contains("data: [DONE]"), rest);
      }
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it ends by itself");
      assertEquals(0, process.exitValue());
      drain.join();
    } finally {
      process.destroyForcibly();
    }
  }

  private static int port(BufferedReader err) throws Exception {
    StringBuilder said = new StringBuilder();
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      Matcher matcher = LISTENING.matcher(line);
      if (matcher.find()) {
        return Integer.parseInt(matcher.group(1));
      }
      said.append(line).append('\n');
    }
    throw new AssertionError("it ended before it listened:\n" + said);
  }
}
