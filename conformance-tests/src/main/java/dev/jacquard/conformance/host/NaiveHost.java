package dev.jacquard.conformance.host;

import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.host.ConfigTree;
import dev.jacquard.host.HintReader;
import dev.jacquard.host.PluginCatalog;
import dev.jacquard.host.ProviderSelector;
import dev.jacquard.host.Selection;
import dev.jacquard.host.SelectionRequest;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.error.PluginException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A host in its plainest form: the naive mechanisms, the ghost-KV model, one thread. Each promise of a host
/// is one method, so that a mutant breaks one of them.
class NaiveHost implements HostUnderTest {
  @Override
  public Started start(HostSetup setup) {
    return new NaiveStarted(this, setup);
  }

  /// PLG-19.
  Selection select(PluginCatalog catalog, ConfigTree config, SelectionRequest request) {
    return new ProviderSelector(catalog, config).select(request);
  }

  /// PLG-22.
  RequestHints hints(PluginCatalog catalog, Ask ask) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(ask.headers());
    return HintReader.of(catalog).read(NaiveJson.read(ask.body()), headers::get);
  }

  /// PLG-18: a listener that throws hears no more.
  CacheListener guard(CacheListener listener) {
    return dropping(CacheListener.class, listener);
  }

  /// PLG-18: a listener that throws hears no more.
  RequestListener guard(RequestListener listener) {
    return dropping(RequestListener.class, listener);
  }

  private static <T> T dropping(Class<T> type, T listener) {
    boolean[] dropped = {false};
    return Tap.on(
        type,
        listener,
        (method, arguments, real) -> {
          if (!dropped[0]) {
            try {
              return real.call();
            } catch (Throwable e) { // whatever a listener throws ends that listener
              dropped[0] = true;
            }
          }
          return null;
        });
  }

  /// PLG-18: what a plugin's `parse` throws is that request's misfortune.
  @Nullable Object parse(PluginInstance plugin, RequestHints hints, String tenant) {
    return plugin.parse(hints, tenant);
  }

  /// PLG-18: work of a plugin that throws is dropped.
  void work(Runnable work) {
    try {
      work.run();
    } catch (Throwable e) { // whatever a plugin throws
      System.getLogger(NaiveHost.class.getName()).log(System.Logger.Level.DEBUG, "dropped", e);
    }
  }

  /// EVP-8, BSM-22.
  EvictionPolicy guard(EvictionPolicy policy, HostSetup setup, Runnable replaced) {
    return new GuardedEviction(policy, setup.deviceBlocks(), setup.hostBlocks(), replaced);
  }

  /// SCP-10, SCH-23.
  GuardedScheduling guard(
      SchedulingPolicy policy, dev.jacquard.spi.block.BlockSpaceManager blocks, Runnable replaced) {
    return new GuardedScheduling(policy, blocks, replaced);
  }

  /// PLG-23.
  long serial(AtomicLong serials) {
    return serials.incrementAndGet();
  }

  /// PLG-23: from the API key and from nothing else.
  String tenant(Ask ask) {
    return ask.tenant();
  }

  /// PLG-23: the length first, so that no two pairs spell one scope.
  String scope(Ask ask) {
    return String.format(Locale.ROOT, "%d:%s/%s", ask.tenant().length(), ask.tenant(), ask.salt());
  }

  /// PLG-23: the same object from beginning to end.
  RequestInfo again(RequestInfo info) {
    return info;
  }

  /// SCH-21: what schedulers and managers see of a sequence.
  SequenceView seen(NaiveSequence sequence) {
    return sequence;
  }

  /// BSM-32.
  void forget(List<CacheListener> listeners) {
    listeners.forEach(CacheListener::cleared);
  }

  /// SCH-22: whether a request fails with scheduler and manager.
  boolean fails(boolean computed) {
    return computed;
  }

  /// SCH-22: what a request that fails with them is told.
  EngineException failure(Throwable cause) {
    return cause instanceof EngineException e
        ? e
        : new PluginException(
            StandardErrorCode.PLUGIN_FAILED,
            "the scheduler or the block manager failed: " + cause,
            cause);
  }

  /// SCH-22: steps that may fail in a row before scheduler and manager are made anew.
  int failedStepsBorne() {
    return 2;
  }

  /// KRN-18: before inputs are written again.
  void await(KernelBackend backend, boolean failed) {
    backend.synchronize();
  }

  /// KRN-18: which inputs the next step takes.
  int slot(int step, int slots) {
    return step % slots;
  }
}
