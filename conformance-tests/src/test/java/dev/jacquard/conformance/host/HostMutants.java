package dev.jacquard.conformance.host;

import static dev.jacquard.conformance.Rule.BSM_22;
import static dev.jacquard.conformance.Rule.BSM_32;
import static dev.jacquard.conformance.Rule.KRN_18;
import static dev.jacquard.conformance.Rule.PLG_18;
import static dev.jacquard.conformance.Rule.PLG_19;
import static dev.jacquard.conformance.Rule.PLG_22;
import static dev.jacquard.conformance.Rule.PLG_23;
import static dev.jacquard.conformance.Rule.SCH_21;
import static dev.jacquard.conformance.Rule.SCH_22;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.host.ConfigTree;
import dev.jacquard.host.PluginCatalog;
import dev.jacquard.host.Selection;
import dev.jacquard.host.SelectionRequest;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.error.PluginException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.request.JsonValue;
import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SequenceView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Hosts that break one promise each.
final class HostMutants {
  private HostMutants() {}

  static List<Mutant<HostUnderTest>> all() {
    return Stream.of(
            plugins(), selections(), hints(), infos(), recoveries(), devices(), PolicyMutants.all())
        .flatMap(List::stream)
        .toList();
  }

  static Mutant<HostUnderTest> of(Rule rule, String name, String phrase, NaiveHost host) {
    return new Mutant<>(rule, name, host, phrase);
  }

  private static List<Mutant<HostUnderTest>> plugins() {
    return List.of(
        of(
            PLG_18,
            "what a cache listener throws reaches the manager",
            "while a listener fails in",
            new NaiveHost() {
              @Override
              CacheListener guard(CacheListener listener) {
                return listener;
              }
            }),
        of(
            PLG_18,
            "what a request listener throws reaches the scheduler",
            "while a listener fails in",
            new NaiveHost() {
              @Override
              RequestListener guard(RequestListener listener) {
                return listener;
              }
            }),
        of(
            PLG_18,
            "a listener that failed is asked again",
            "after its fault the listener was called",
            new NaiveHost() {
              @Override
              CacheListener guard(CacheListener listener) {
                return Tap.on(
                    CacheListener.class,
                    listener,
                    (method, arguments, real) -> {
                      try {
                        return real.call();
                      } catch (Throwable e) {
                        return null;
                      }
                    });
              }
            }),
        of(
            PLG_18,
            "what plugin work throws is taken for a fault of the scheduler",
            "a plugin's work on the engine thread fails",
            new NaiveHost() {
              @Override
              void work(Runnable work) {
                work.run();
              }
            }),
        of(
            PLG_18,
            "a strict start is like any other",
            "must end the start",
            new NaiveHost() {
              @Override
              Selection select(PluginCatalog catalog, ConfigTree config, SelectionRequest request) {
                return super.select(catalog, config, with(request, request.kernelBackend()));
              }
            }));
  }

  private static SelectionRequest with(
      SelectionRequest request, @org.jspecify.annotations.Nullable String backend) {
    return new SelectionRequest(
        request.scheduler(), request.blockManager(), backend, request.enabledPlugins(), false);
  }

  private static List<Mutant<HostUnderTest>> selections() {
    return List.of(
        of(
            PLG_19,
            "what is missing is silently replaced by reference",
            "must end the start",
            new NaiveHost() {
              @Override
              Selection select(PluginCatalog catalog, ConfigTree config, SelectionRequest request) {
                try {
                  return super.select(catalog, config, request);
                } catch (ConfigurationException e) {
                  return super.select(catalog, config, SelectionRequest.DEFAULT);
                }
              }
            }),
        of(
            PLG_19,
            "a backend of a high priority takes over",
            "a plugin installed that nobody named",
            new NaiveHost() {
              @Override
              Selection select(PluginCatalog catalog, ConfigTree config, SelectionRequest request) {
                return super.select(
                    catalog,
                    config,
                    request.kernelBackend() == null && request.enabledPlugins().isEmpty()
                        ? with(request, "auto")
                        : request);
              }
            }),
        of(
            PLG_19,
            "one problem at a time",
            "the error must contain",
            new NaiveHost() {
              @Override
              Selection select(PluginCatalog catalog, ConfigTree config, SelectionRequest request) {
                try {
                  return super.select(catalog, config, request);
                } catch (ConfigurationException e) {
                  String text = String.valueOf(e.getMessage());
                  throw new ConfigurationException(
                      text.lines().skip(text.lines().count() > 1 ? 1 : 0).findFirst().orElse(text));
                }
              }
            }));
  }

  private static List<Mutant<HostUnderTest>> hints() {
    return List.of(
        of(
            PLG_22,
            "hints are handed over as they come",
            "the value must be refused",
            new NaiveHost() {
              @Override
              RequestHints hints(PluginCatalog catalog, Ask ask) {
                return new RequestHints(NaiveJson.read(ask.body()).values());
              }
            }),
        of(
            PLG_22,
            "an alias counts before the field",
            "the plugin must see kit_many",
            new NaiveHost() {
              @Override
              RequestHints hints(PluginCatalog catalog, Ask ask) {
                JsonValue.Object body = NaiveJson.read(ask.body());
                Map<String, JsonValue> values = new LinkedHashMap<>(body.values());
                if (values.get("vendor") instanceof JsonValue.Object(var vendor)
                    && vendor.get("kit") instanceof JsonValue.Object(var kit)
                    && kit.get("many") != null) {
                  return new RequestHints(Map.of("kit_many", kit.get("many")));
                }
                return super.hints(catalog, ask);
              }
            }),
        of(
            PLG_22,
            "null counts as 0",
            "it must be served and parsed once",
            new NaiveHost() {
              @Override
              RequestHints hints(PluginCatalog catalog, Ask ask) {
                return super.hints(
                    catalog, ask.with(ask.body().replace("null", "\"null\""), ask.headers()));
              }
            }));
  }

  private static List<Mutant<HostUnderTest>> infos() {
    return List.of(
        of(
            PLG_23,
            "serials go in circles",
            "was given to two requests",
            new NaiveHost() {
              @Override
              long serial(AtomicLong serials) {
                return 1 + serials.incrementAndGet() % 16;
              }
            }),
        of(
            PLG_23,
            "a request that is submitted again is described anew",
            "was submitted again with another RequestInfo",
            new NaiveHost() {
              @Override
              RequestInfo again(RequestInfo info) {
                return new RequestInfo(
                    info.id(),
                    info.serial(),
                    info.arrivalNanos() + 1,
                    info.deadlineNanos(),
                    info.priority(),
                    info.tenant(),
                    info.cacheScope(),
                    info.adapter(),
                    info.sampling(),
                    info.hints(),
                    info.attachments());
              }
            }),
        of(
            PLG_23,
            "tenant and salt are joined",
            "which another pair has too",
            new NaiveHost() {
              @Override
              String scope(Ask ask) {
                return ask.tenant() + ":" + ask.salt();
              }
            }),
        of(
            PLG_23,
            "the body says who asks",
            "has the tenant",
            new NaiveHost() {
              @Override
              String tenant(Ask ask) {
                return NaiveJson.read(ask.body()).values().get("user")
                        instanceof JsonValue.Text(String user)
                    ? user
                    : ask.tenant();
              }
            }),
        of(
            SCH_21,
            "a view reads what another thread writes",
            "changed its answers within one call",
            new NaiveHost() {
              @Override
              SequenceView seen(NaiveSequence sequence) {
                int[] asked = {0};
                return Tap.on(
                    SequenceView.class,
                    sequence,
                    (method, arguments, real) ->
                        method.equals("computable") && ++asked[0] % 16 == 0
                            ? (Object) (sequence.computable() + 1)
                            : real.call());
              }
            }),
        of(
            SCH_21,
            "computable is below length when nothing is in flight",
            "below length()",
            new NaiveHost() {
              @Override
              SequenceView seen(NaiveSequence sequence) {
                return Tap.on(
                    SequenceView.class,
                    sequence,
                    (method, arguments, real) ->
                        method.equals("computable")
                            ? (Object) Math.min(sequence.computable(), sequence.maxLength() - 1)
                            : real.call());
              }
            }));
  }

  private static List<Mutant<HostUnderTest>> recoveries() {
    return List.of(
        of(
            SCH_22,
            "what had begun begins again",
            "must fail, but",
            new NaiveHost() {
              @Override
              boolean fails(boolean computed) {
                return false;
              }
            }),
        of(
            SCH_22,
            "what had not started fails with the rest",
            "which had not started",
            new NaiveHost() {
              @Override
              boolean fails(boolean computed) {
                return true;
              }
            }),
        of(
            SCH_22,
            "the code of the fault is lost",
            "must fail with the code kit.broken",
            new NaiveHost() {
              @Override
              EngineException failure(Throwable cause) {
                return new PluginException(
                    StandardErrorCode.INTERNAL_ERROR, "something failed", cause);
              }
            }),
        of(
            SCH_22,
            "one failed step is one too many",
            "(STEP_FAILED)",
            new NaiveHost() {
              @Override
              int failedStepsBorne() {
                return 0;
              }
            }),
        of(
            SCH_22,
            "failed steps are tried again without end",
            "had computed something when the fault came and must fail",
            new NaiveHost() {
              @Override
              int failedStepsBorne() {
                return Integer.MAX_VALUE;
              }
            }),
        of(
            BSM_32,
            "listeners are not told that a manager is gone",
            "had heard cleared 0 and 0 times, expected 1",
            new NaiveHost() {
              @Override
              void forget(List<CacheListener> listeners) {}
            }),
        of(
            BSM_32,
            "the first listener only is told that a manager is gone",
            "had heard cleared 1 and 0 times",
            new NaiveHost() {
              @Override
              void forget(List<CacheListener> listeners) {
                listeners.stream().findFirst().ifPresent(CacheListener::cleared);
              }
            }),
        of(
            BSM_32,
            "listeners are told twice that a manager is gone",
            "had heard cleared 2 and 2 times, expected 1",
            new NaiveHost() {
              @Override
              void forget(List<CacheListener> listeners) {
                super.forget(listeners);
                super.forget(listeners);
              }
            }),
        of(
            BSM_22,
            "the mechanism takes the policy at its word",
            "with a policy that answers anything",
            new NaiveHost() {
              @Override
              EvictionPolicy guard(EvictionPolicy policy, HostSetup setup, Runnable replaced) {
                return policy;
              }
            }));
  }

  private static List<Mutant<HostUnderTest>> devices() {
    return List.of(
        of(
            KRN_18,
            "nobody waits for the backend",
            "before anybody had waited for it",
            new NaiveHost() {
              @Override
              void await(KernelBackend backend, boolean failed) {}
            }),
        of(
            KRN_18,
            "a failed step is not waited for",
            "before anybody had waited for it",
            new NaiveHost() {
              @Override
              void await(KernelBackend backend, boolean failed) {
                if (!failed) {
                  super.await(backend, false);
                }
              }
            }),
        of(
            KRN_18,
            "two steps in flight share their inputs",
            "with 2 steps in flight",
            new NaiveHost() {
              @Override
              int slot(int step, int slots) {
                return 0;
              }
            }));
  }
}
