package dev.jacquard.engine.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.EngineConfig;
import dev.jacquard.engine.Generation;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.request.SamplingParams;
import io.prometheus.metrics.tracer.common.SpanContext;
import io.prometheus.metrics.tracer.initializer.SpanContextSupplier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The text a scraper reads, checked as a scraper written for vLLM reads it.
class MetricsTextTest {
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");

  /// Names and types as vLLM has them (vllm/v1/metrics/loggers.py).
  private static final Map<String, String> VLLM =
      Map.ofEntries(
          Map.entry("vllm:num_requests_running", "gauge"),
          Map.entry("vllm:num_requests_waiting", "gauge"),
          Map.entry("vllm:kv_cache_usage_perc", "gauge"),
          Map.entry("vllm:cache_config_info", "gauge"),
          Map.entry("vllm:prefix_cache_queries_total", "counter"),
          Map.entry("vllm:prefix_cache_hits_total", "counter"),
          Map.entry("vllm:num_preemptions_total", "counter"),
          Map.entry("vllm:prompt_tokens_total", "counter"),
          Map.entry("vllm:generation_tokens_total", "counter"),
          Map.entry("vllm:request_success_total", "counter"),
          Map.entry("vllm:time_to_first_token_seconds", "histogram"),
          Map.entry("vllm:e2e_request_latency_seconds", "histogram"),
          Map.entry("vllm:request_queue_time_seconds", "histogram"),
          Map.entry("vllm:iteration_tokens_total", "histogram"));

  /// Two sequences that need twelve blocks where there are eight: one of them is preempted.
  private static String afterAPreemption() throws InterruptedException {
    EngineConfig config =
        EngineConfig.builder()
            .servedModelName("org/\"quoted\"")
            .deviceBlocks(8)
            .maxModelLength(96)
            .build();
    try (Engine engine = Engine.open(config)) {
      List<Generation> both = List.of(engine.submit(request(300)), engine.submit(request(500)));
      int answered = 0;
      for (Generation one : both) {
        answered += one.result().usage().completionTokens();
      }
      assertEquals(160, answered);
      return engine.metrics();
    }
  }

  private static GenerationRequest request(int first) {
    return GenerationRequest.tokens(List.of(first, first + 1, first + 2))
        .sampling(SamplingParams.builder().temperature(0).maxTokens(80).ignoreEos(true).build())
        .build();
  }

  @Test
  void vllmsMetricsHaveItsNamesTypesLabelsAndMeaning() throws Exception {
    String text = afterAPreemption();
    Map<String, String> types = new HashMap<>();
    Map<String, Double> values = new HashMap<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ");
        types.put(words[2], words[3]);
      } else if (!line.startsWith("# HELP ")) {
        Matcher sample = SAMPLE.matcher(line);
        assertTrue(sample.matches(), "no exemplar and no time stamp follows the value: " + line);
        values.merge(sample.group(1), Double.parseDouble(sample.group(3)), Double::sum);
        boolean labelled =
            line.contains("model_name=\"org/\\\"quoted\\\"\"") && line.contains("engine=\"0\"");
        assertEquals(line.startsWith("vllm:"), labelled, line);
      }
    }
    Map<String, String> ofVllm =
        types.entrySet().stream()
            .filter(type -> type.getKey().startsWith("vllm:"))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    assertEquals(VLLM, ofVllm);
    assertEquals(6, values.get("vllm:prompt_tokens_total"), "a preemption counts no prompt twice");
    assertEquals(160, values.get("vllm:generation_tokens_total"));
    assertTrue(values.getOrDefault("vllm:num_preemptions_total", 0.0) > 0, "nobody was preempted");
    assertEquals(
        values.get("jacquard_preemptions_total"), values.get("vllm:num_preemptions_total"));
    assertEquals(2, values.get("vllm:request_success_total"));
    assertEquals(2, values.get("vllm:e2e_request_latency_seconds_count"));
  }

  @Test
  void aSumFollowsAllLabelSetsOfACounterThatMayComeLater() {
    PrometheusMetrics metrics = new PrometheusMetrics();
    metrics.sum("all_total", "All", "parts_total");
    assertTrue(metrics.text().contains("\nall_total 0.0\n"), metrics.text());
    MetricSink.Counter parts = metrics.counter("parts_total", "Parts", List.of("kind"));
    parts.with("a").add(2);
    parts.with("b").add(3);
    assertTrue(metrics.text().contains("\nall_total 5.0\n"), metrics.text());
    assertThrows(
        ConfigurationException.class, () -> metrics.sum("parts_total", "Again", "other_total"));
  }

  @Test
  void labelsOfAFamilyAreAddedToItAlone() {
    PrometheusMetrics metrics = new PrometheusMetrics();
    metrics.counter("a:one_total", "One", List.of("kind")).with("x").add(1);
    metrics.gauge("a:two", "Two", () -> 2);
    metrics.histogram("a:three", "Three", List.of(), 1, 10).record(4);
    metrics.counter("b_total", "B", List.of()).add(1);
    String text = metrics.text("a:", Map.of("model", "m"));
    for (String line :
        List.of(
            "a:one_total{kind=\"x\",model=\"m\"} 1.0",
            "a:two{model=\"m\"} 2.0",
            "a:three_bucket{model=\"m\",le=\"1.0\"} 0",
            "a:three_bucket{model=\"m\",le=\"10.0\"} 1",
            "a:three_bucket{model=\"m\",le=\"+Inf\"} 1",
            "a:three_count{model=\"m\"} 1",
            "a:three_sum{model=\"m\"} 4.0",
            "b_total 1.0")) {
      assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not in\n" + text);
    }
    assertFalse(metrics.text().contains("model="), "nothing is kept");
  }

  @Test
  void nobodyIsAskedForATraceToMakeAnExemplarOf() {
    AtomicInteger asked = new AtomicInteger();
    SpanContext before = SpanContextSupplier.getSpanContext();
    SpanContextSupplier.setSpanContext(
        new SpanContext() {
          @Override
          public String getCurrentTraceId() {
            asked.incrementAndGet();
            return "0123456789abcdef0123456789abcdef";
          }

          @Override
          public String getCurrentSpanId() {
            return "0123456789abcdef";
          }

          @Override
          public boolean isCurrentSpanSampled() {
            asked.incrementAndGet();
            return true;
          }

          @Override
          public void markCurrentSpanAsExemplar() {}
        });
    try {
      PrometheusMetrics metrics = new PrometheusMetrics();
      metrics.counter("c_total", "C", List.of()).add(1);
      metrics.histogram("h", "H", List.of(), 1).record(1);
    } finally {
      SpanContextSupplier.setSpanContext(before);
    }
    assertEquals(0, asked.get());
  }
}
