package dev.jacquard.conformance.plugin;

import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.plugin.ResourceCollection;
import dev.jacquard.spi.request.JsonValue;
import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SequenceView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What the parts of [RightPlugin] share in one engine: how much each session was served.
class RightInstance implements PluginInstance {
  /// What a request wishes.
  record Wish(String session, int importance, boolean retain) {}

  /// A tenant's session.
  record Key(String tenant, String session) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byTenant = tenant.compareTo(other.tenant);
      return byTenant != 0 ? byTenant : session.compareTo(other.session);
    }
  }

  private final Map<Key, Long> served;
  private final AtomicLong total = new AtomicLong();
  private final MetricSink.Counter tokens;
  private final PluginContext context;

  RightInstance(PluginContext context) {
    this(context, new TreeMap<>());
  }

  RightInstance(PluginContext context, Map<Key, Long> served) {
    this.context = context;
    this.served = served;
    configure(context.config());
    tokens = counter(context.metrics());
    context.metrics().gauge("right_tokens", "Tokens of all sessions", this::gauge);
    context.metrics().histogram("right_tokens_per_step", "Tokens", List.of(), 1, 10, 100).record(1);
    context.onEngineThread(() -> total.addAndGet(0));
  }

  void configure(PluginConfig config) {
    config.integer("quota", 10, 1, 1000);
    config.number("share", 0.5, 0, 1);
    config.bytes("memory", 1 << 20);
    patience(config);
    if (config.string("label", "plain").isBlank()) {
      throw config.reject("label", "name it, in letters");
    }
  }

  void patience(PluginConfig config) {
    Duration patience = config.duration("patience", Duration.ofSeconds(1));
    if (patience.compareTo(Duration.ofDays(1)) > 0) {
      throw config.reject("patience", "expected a day at most");
    }
    long _ = patience.toNanos();
  }

  MetricSink.Counter counter(MetricSink metrics) {
    return metrics.counter("right_tokens_total", "Tokens of a tenant", List.of("tenant"));
  }

  double gauge() {
    return total.get();
  }

  final PluginContext context() {
    return context;
  }

  final Map<Key, Long> served() {
    return served;
  }

  @Override
  public @Nullable Object parse(RequestHints hints, String tenant) {
    String session = hints.text("session").orElse("default");
    if (session.isBlank()) {
      throw rejected("session", '"' + session + "\" is blank; name the session or leave it out");
    }
    double importance = hints.number("importance", 1);
    if (importance != Math.rint(importance)) {
      throw rejected("importance", importance + " is not a whole number; send one of 0 to 10");
    }
    return new Wish(session, (int) importance, hints.flag("retain", false));
  }

  static RequestRejectedException rejected(String field, String why) {
    return new RequestRejectedException(
        StandardErrorCode.INVALID_REQUEST, field, field + ": " + why);
  }

  static Wish wish(SequenceView sequence) {
    return sequence.request().attachment("right") instanceof Wish wish
        ? wish
        : new Wish("default", 1, false);
  }

  static Key key(SequenceView sequence) {
    return new Key(sequence.request().tenant(), wish(sequence).session());
  }

  final long served(SequenceView sequence) {
    return served.getOrDefault(key(sequence), 0L);
  }

  @Override
  public List<RequestListener> requestListeners() {
    return List.of(
        new RequestListener() {
          @Override
          public void computed(
              SequenceView sequence, int from, int to, int stepTokens, long nanos) {
            served.merge(key(sequence), (long) to - from, Long::sum);
            total.addAndGet(to - from);
            count(tokens, sequence.request().tenant(), to - from);
          }
        });
  }

  void count(MetricSink.Counter counter, String tenant, int amount) {
    counter.with(tenant).add(amount);
  }

  @Override
  public List<ResourceCollection> resources() {
    return List.of(new Sessions());
  }

  @Override
  public void close() {
    try {
      if (!served.isEmpty()) {
        Files.writeString(context.dataDirectory().resolve("served.txt"), served.toString());
        served.clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The sessions of a tenant.
  class Sessions implements ResourceCollection {
    @Override
    public String name() {
      return "right_sessions";
    }

    @Override
    public List<JsonValue.Object> list(String tenant, int limit) {
      List<JsonValue.Object> records = new ArrayList<>();
      served.forEach((key, tokens) -> {
        if (key.tenant().equals(tenant) && records.size() < limit) {
          records.add(record(key));
        }
      });
      return List.copyOf(records);
    }

    final JsonValue.Object record(Key key) {
      return new JsonValue.Object(
          Map.of(
              "id",
              new JsonValue.Text(key.session()),
              "tokens",
              new JsonValue.Number(served.getOrDefault(key, 0L))));
    }

    @Override
    public Optional<JsonValue.Object> get(String tenant, String id) {
      Key key = new Key(tenant, id);
      return served.containsKey(key) ? Optional.of(record(key)) : Optional.empty();
    }

    @Override
    public Optional<JsonValue.Object> update(String tenant, String id, JsonValue.Object change) {
      Optional<JsonValue.Object> found = get(tenant, id);
      if (found.isPresent() && change.values().containsKey("no_such_member")) {
        throw rejected("no_such_member", "sessions have no such member; leave it out");
      }
      return found;
    }

    @Override
    public boolean delete(String tenant, String id) {
      return served.remove(new Key(tenant, id)) != null;
    }
  }
}
