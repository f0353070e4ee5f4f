package dev.jacquard.engine;

import dev.jacquard.engine.metrics.PrometheusMetrics;
import dev.jacquard.engine.wiring.EngineRuntime;
import java.util.Map;

/// Values that are read when somebody asks, under vLLM's names.
final class EngineGauges {
  private EngineGauges() {}

  static void register(EngineRuntime runtime) {
    PrometheusMetrics metrics = runtime.metrics();
    double blocks = runtime.shape().deviceBlocks();
    metrics.gauge(
        "vllm:num_requests_running", "Sequences that run", () -> runtime.loop().running());
    metrics.gauge(
        "vllm:num_requests_waiting", "Sequences that wait", () -> runtime.loop().waiting());
    metrics.gauge(
        "vllm:kv_cache_usage_perc",
        "Share of the KV blocks that sequences hold, 0 to 1",
        () -> runtime.loop().usedBlocks() / blocks);
    metrics.gauge(
        "jacquard_cached_blocks",
        "KV blocks whose content can be shared",
        () -> runtime.loop().cachedBlocks());
    metrics.info(
        "vllm:cache_config_info",
        "Sizes of the KV cache",
        Map.of(
            "block_size",
            Integer.toString(runtime.shape().layout().blockSize()),
            "num_gpu_blocks",
            Integer.toString(runtime.shape().deviceBlocks()),
            "num_cpu_blocks",
            Integer.toString(runtime.shape().hostBlocks())));
  }
}
