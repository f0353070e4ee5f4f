package dev.jacquard.engine.metrics;

import dev.jacquard.engine.core.ActiveRequest;
import dev.jacquard.engine.core.EngineEvents;
import dev.jacquard.engine.core.Sequence;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.request.FinishReason;
import java.util.List;
import java.util.Locale;

/// The engine's own counters under vLLM's names, which existing dashboards and routers read. Engine thread.
public final class EngineMetrics implements EngineEvents {
  private static final double[] TTFT = {
    .001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640,
    2560
  };
  private static final double[] LATENCY = {
    .1, .3, .5, .8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960
  };
  private static final double[] STEP_TOKENS = {1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096};

  private final MetricSink.Counter promptTokens;
  private final MetricSink.Counter lookedUpTokens;
  private final MetricSink.Counter cachedTokens;
  private final MetricSink.Counter generationTokens;
  private final MetricSink.Counter requests;
  private final MetricSink.Counter failedSteps;
  private final MetricSink.Counter recoveries;
  private final MetricSink.Histogram firstToken;
  private final MetricSink.Histogram latency;
  private final MetricSink.Histogram queued;
  private final MetricSink.Histogram stepTokens;
  private final MetricSink.Histogram stepSeconds;

  /// Registers everything.
  public EngineMetrics(MetricSink sink) {
    promptTokens =
        sink.counter("vllm:prompt_tokens_total", "Prompt tokens of what was admitted", List.of());
    lookedUpTokens =
        sink.counter("vllm:prefix_cache_queries_total", "Prompt tokens looked up", List.of());
    cachedTokens =
        sink.counter("vllm:prefix_cache_hits_total", "Prompt tokens found cached", List.of());
    generationTokens = sink.counter("vllm:generation_tokens_total", "Tokens generated", List.of());
    requests =
        sink.counter(
            "vllm:request_success_total", "Requests that ended", List.of("finished_reason"));
    failedSteps =
        sink.counter("jacquard_failed_steps_total", "Steps that had no effect", List.of());
    recoveries =
        sink.counter(
            "jacquard_recoveries_total",
            "Times scheduler and block manager were made anew",
            List.of());
    firstToken =
        sink.histogram(
            "vllm:time_to_first_token_seconds", "Arrival to first token", List.of(), TTFT);
    latency =
        sink.histogram(
            "vllm:e2e_request_latency_seconds", "Arrival to last token", List.of(), LATENCY);
    queued =
        sink.histogram(
            "vllm:request_queue_time_seconds", "Arrival to first step", List.of(), LATENCY);
    stepTokens =
        sink.histogram("vllm:iteration_tokens_total", "Tokens of a step", List.of(), STEP_TOKENS);
    stepSeconds = sink.histogram("jacquard_step_seconds", "Time of a step", List.of(), TTFT);
  }

  @Override
  public void stepped(int tokens, int outputs, long nanos) {
    stepTokens.record(tokens);
    stepSeconds.record(nanos / 1e9);
    generationTokens.add(outputs);
  }

  @Override
  public void stepFailed() {
    failedSteps.add(1);
  }

  @Override
  public void recovered() {
    recoveries.add(1);
  }

  @Override
  public void admitted(int prompt, int cached) {
    promptTokens.add(prompt);
    lookedUpTokens.add(prompt);
    cachedTokens.add(cached);
  }

  @Override
  public void firstToken(long nanos) {
    firstToken.record(nanos / 1e9);
  }

  @Override
  public void ended(ActiveRequest request) {
    long arrival = request.info().arrivalNanos();
    latency.record((request.endNanos() - arrival) / 1e9);
    if (request.firstPlannedNanos() >= 0) {
      queued.record((request.firstPlannedNanos() - arrival) / 1e9);
    }
    for (int i = 0; i < request.count(); i++) {
      Sequence sequence = request.sequence(i);
      requests.with(name(sequence.finish())).add(1);
    }
  }

  private static String name(FinishReason reason) {
    return switch (reason) {
      case ABORTED -> "abort";
      case NONE, STOP, LENGTH, TOOL_CALLS, ERROR -> reason.name().toLowerCase(Locale.ROOT);
    };
  }
}
