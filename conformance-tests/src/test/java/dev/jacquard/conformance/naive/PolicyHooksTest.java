package dev.jacquard.conformance.naive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.plugin.ResourceCollection;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.JsonValue;
import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SamplingParams;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every fact that a policy must be told has a carrier in the SPI, and it arrives with what it
/// promises. The rows are those of docs/knowledge/policy-hooks.md.
class PolicyHooksTest {
  private static final int BLOCK = 2;
  private static final int STEP_NANOS = 1_000_000;

  private final List<String> heard = new ArrayList<>();
  private final ManualClock clock = new ManualClock();

  private final class Listener implements RequestListener {
    @Override
    public void submitted(SequenceView sequence) {
      RequestInfo request = sequence.request();
      heard.add(
          "submitted %d tenant=%s end=%s parsed=%s hash=%d"
              .formatted(
                  sequence.id(),
                  request.tenant(),
                  request.hints().flag("workflow_end", false),
                  request.attachment("recorder"),
                  sequence.blockHash(0)));
    }

    @Override
    public void computed(SequenceView sequence, int from, int to, int stepTokens, long nanos) {
      heard.add(
          "computed %d %d..%d of %d in %d".formatted(sequence.id(), from, to, stepTokens, nanos));
    }

    @Override
    public void preempted(SequenceView sequence) {
      heard.add("preempted " + sequence.id());
    }

    @Override
    public void finished(SequenceView sequence, FinishReason reason) {
      heard.add("finished %d %s".formatted(sequence.id(), reason));
    }

    @Override
    public void outcome(long serial, FinishReason reason, @Nullable String tool) {
      heard.add("outcome %d %s %s".formatted(serial, reason, tool));
    }
  }

  private class Cache implements CacheListener {
    @Override
    public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
      heard.add("opened %d last=%d count=%d".formatted(sequence.id(), lastBlock, matchedBlocks));
    }

    @Override
    public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
      heard.add(
          "stored %d block=%d parent=%d depth=%d".formatted(sequence.id(), block, parent, depth));
      assertEquals(sequence.blockHash(depth), hash);
    }

    @Override
    public void moved(int from, int to) {
      heard.add("moved %d %d".formatted(from, to));
    }

    @Override
    public void hit(SequenceView sequence, int block) {
      heard.add("hit %d %d".formatted(sequence.id(), block));
    }

    @Override
    public void removed(int block, long hash) {
      heard.add("removed " + block);
    }

    @Override
    public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
      heard.add("released %d %s last=%d".formatted(sequence.id(), reason, lastBlock));
    }
  }

  private final class Eviction implements EvictionPolicy {
    private final PlainEviction order;

    Eviction(int deviceBlocks) {
      order = new PlainEviction(deviceBlocks);
    }

    @Override
    public void evictable(int block, long lastUse) {
      heard.add("evictable " + block);
      order.evictable(block, lastUse);
    }

    @Override
    public void unevictable(int block) {
      heard.add("unevictable " + block);
      order.unevictable(block);
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      heard.add("victim? %s needed=%d now=%s".formatted(tier, stillNeeded, now == clock.nanos()));
      return order.victim(tier, stillNeeded, now);
    }

    @Override
    public boolean demote(int block) {
      heard.add("demote? " + block);
      return true;
    }

    @Override
    public int prefetch(long now) {
      int answer = order.prefetch(now);
      heard.add("prefetch? " + answer);
      return answer;
    }
  }

  private final class Order implements SchedulingPolicy {
    private final PlainScheduling order = new PlainScheduling();

    @Override
    public void waiting(SequenceView sequence, WaitReason reason) {
      heard.add("waiting %d %s".formatted(sequence.id(), reason));
      order.waiting(sequence, reason);
    }

    @Override
    public void gone(int sequence) {
      heard.add("gone " + sequence);
      order.gone(sequence);
    }

    @Override
    public void planning(PlanView view) {
      heard.add("planning");
      order.planning(view);
    }

    @Override
    public void answered(int sequence, Reservation answer) {
      heard.add("answered %d %s".formatted(sequence, answer));
      order.answered(sequence, answer);
    }

    @Override
    public int nextWaiting(PlanView view) {
      return order.nextWaiting(view);
    }

    @Override
    public int nextPrefill(PlanView view) {
      heard.add("prefill? %d left".formatted(view.remainingTokens()));
      return -1;
    }

    @Override
    public int victim(PlanView view, int needy) {
      heard.add("victim? for %d of %d".formatted(needy, view.running()));
      return -1;
    }

    @Override
    public void computed(SequenceView sequence, int from, int to) {
      heard.add("policy computed %d %d..%d".formatted(sequence.id(), from, to));
    }

    @Override
    public void finished(SequenceView sequence, FinishReason reason) {
      heard.add("policy finished %d %s".formatted(sequence.id(), reason));
    }

    @Override
    public void forked(SequenceView parent, SequenceView child) {
      heard.add("forked %d %d".formatted(parent.id(), child.id()));
    }

    @Override
    public void stepped(int tokens, long nanos) {
      heard.add("stepped %d %d".formatted(tokens, nanos));
    }
  }

  private record Parsed(boolean ends) {}

  /// What a plugin shares: it parses hints, listens to the cache and to requests, and takes
  /// messages that come without a request.
  private final class Instance implements PluginInstance {
    @Override
    public Parsed parse(RequestHints hints, String tenant) {
      return new Parsed(hints.flag("workflow_end", false));
    }

    @Override
    public List<CacheListener> cacheListeners() {
      return List.of(new Cache());
    }

    @Override
    public List<RequestListener> requestListeners() {
      return List.of(new Listener());
    }

    @Override
    public List<ResourceCollection> resources() {
      return List.of(new Workflows());
    }
  }

  private final class Workflows implements ResourceCollection {
    @Override
    public String name() {
      return "workflows";
    }

    @Override
    public List<JsonValue.Object> list(String tenant, int limit) {
      return List.of();
    }

    @Override
    public Optional<JsonValue.Object> get(String tenant, String id) {
      return Optional.empty();
    }

    @Override
    public Optional<JsonValue.Object> update(String tenant, String id, JsonValue.Object change) {
      heard.add("message %s %s %s".formatted(tenant, id, change.values().keySet()));
      return Optional.of(change);
    }

    @Override
    public boolean delete(String tenant, String id) {
      heard.add("end %s %s".formatted(tenant, id));
      return true;
    }
  }

  private final Instance plugin = new Instance();

  private NaiveEngine engine(int deviceBlocks, int hostBlocks, PreemptionMode mode) {
    NaiveBlockSpaceContext space =
        NaiveBlockSpaceContext.of(BLOCK, deviceBlocks, clock)
            .withHost(hostBlocks)
            .withRules(0, true)
            .withListeners(plugin.cacheListeners());
    BlockSpaceManager blocks = space.paged(new Eviction(deviceBlocks));
    SchedulerLimits limits = new SchedulerLimits(64, 4, 8, 1, BLOCK * deviceBlocks);
    List<RequestListener> listeners = plugin.requestListeners();
    Scheduler scheduler =
        NaiveSchedulerContext.of(blocks, limits, mode, clock, 1, listeners)
            .continuousBatching(new Order());
    NaiveModel model = new NaiveModel(deviceBlocks + hostBlocks, BLOCK, 0, 0, 22);
    return new NaiveEngine(limits, blocks, scheduler, clock, model, -1, listeners);
  }

  private RequestInfo request(long serial, RequestHints hints) {
    Parsed parsed = plugin.parse(hints, "acme");
    return new RequestInfo(
        "r" + serial,
        serial,
        clock.nanos(),
        Long.MAX_VALUE,
        0,
        "acme",
        "acme",
        "",
        SamplingParams.builder().build(),
        hints,
        Map.of("recorder", parsed));
  }

  private NaiveSequence submit(NaiveEngine engine, int tokens, int more, int salt) {
    return engine.submit(
        request(engine.nextSerial(), RequestHints.NONE),
        IntStream.range(salt, salt + tokens).toArray(),
        more);
  }

  private static void finish(NaiveEngine engine) {
    int steps = 0;
    while (engine.step(false)) {
      assertTrue(++steps < 1_000, "the engine does not come to rest");
    }
  }

  private void require(String... events) {
    int from = 0;
    for (String event : events) {
      int at = heard.subList(from, heard.size()).indexOf(event);
      assertTrue(
          at >= 0, "not heard, or too early: '" + event + "' in\n" + String.join("\n", heard));
      from += at + 1;
    }
  }

  @Test
  void submittedCarriesHintsTenantAndHashes() {
    NaiveEngine engine = engine(8, 0, PreemptionMode.RECOMPUTE);
    RequestHints hints = new RequestHints(Map.of("workflow_end", new JsonValue.Bool(true)));
    NaiveSequence sequence = engine.submit(request(1, hints), new int[] {1, 2, 3}, 1);
    require(
        "waiting 0 NEW",
        "submitted 0 tenant=acme end=true parsed=Parsed[ends=true] hash=" + sequence.blockHash(0));
  }

  @Test
  void aPromptsLifeIsToldFromMatchToRelease() {
    NaiveEngine engine = engine(8, 0, PreemptionMode.RECOMPUTE);
    submit(engine, 5, 1, 0);
    finish(engine);
    require(
        "planning",
        "opened 0 last=-1 count=0",
        "answered 0 GRANTED",
        "stored 0 block=0 parent=-1 depth=0",
        "stored 0 block=1 parent=0 depth=1",
        "policy computed 0 0..5",
        "computed 0 0..5 of 5 in " + (STEP_NANOS + 50_000),
        "policy finished 0 LENGTH",
        "finished 0 LENGTH",
        "released 0 FINISHED last=1",
        "evictable 1",
        "stepped 5 " + (STEP_NANOS + 50_000));
    assertFalse(heard.contains("evictable 0"), "block 0 has a cached child");
    heard.clear();
    submit(engine, 5, 1, 0);
    finish(engine);
    require("unevictable 1", "opened 0 last=1 count=2", "hit 0 0", "hit 0 1", "evictable 1");
  }

  @Test
  void theMechanismAsksForVictimsAndTellsWhatWasEvicted() {
    NaiveEngine engine = engine(4, 0, PreemptionMode.RECOMPUTE);
    submit(engine, 5, 1, 0);
    finish(engine);
    submit(engine, 7, 1, 100);
    finish(engine);
    require(
        "victim? DEVICE needed=2 now=true",
        "unevictable 1",
        "removed 1",
        "evictable 0",
        "victim? DEVICE needed=1 now=true",
        "unevictable 0",
        "removed 0",
        "opened 0 last=-1 count=0");
  }

  @Test
  void demotionAndPrefetchAreAskedAndTold() {
    NaiveEngine engine = engine(4, 4, PreemptionMode.RECOMPUTE);
    submit(engine, 5, 1, 0);
    finish(engine);
    submit(engine, 7, 1, 100);
    finish(engine);
    require("demote? 1", "unevictable 1", "moved 1 4", "evictable 4", "demote? 0", "moved 0 5");
    NaiveSequence next = submit(engine, 3, 1, 200);
    engine.cancel(next);
    engine.step(false);
    require("prefetch? 4", "moved 4 0");
  }

  @Test
  void preemptionIsToldInBothModes() {
    NaiveEngine engine = engine(6, 0, PreemptionMode.RECOMPUTE);
    submit(engine, 4, 7, 0);
    submit(engine, 4, 7, 100);
    finish(engine);
    require(
        "victim? for 0 of 2",
        "released 1 PREEMPTED last=" + lastOf("PREEMPTED"),
        "waiting 1 RECOMPUTE",
        "preempted 1",
        "answered 1 GRANTED");
    heard.clear();
    NaiveEngine swapping = engine(6, 6, PreemptionMode.SWAP);
    submit(swapping, 4, 7, 0);
    submit(swapping, 4, 7, 100);
    finish(swapping);
    require("victim? for 0 of 2", "waiting 1 SWAPPED", "preempted 1", "answered 1 GRANTED");
    assertTrue(heard.stream().anyMatch(e -> e.startsWith("moved ")), "cached blocks move along");
    assertFalse(heard.stream().anyMatch(e -> e.contains("PREEMPTED")), "a swap releases nothing");
  }

  private String lastOf(String reason) {
    String event =
        heard.stream().filter(e -> e.contains(reason)).findFirst().orElse("none last=none");
    return event.substring(event.indexOf("last=") + 5);
  }

  @Test
  void aCancelIsToldWhetherTheSequenceRunsOrWaits() {
    NaiveEngine engine = engine(8, 0, PreemptionMode.RECOMPUTE);
    NaiveSequence running = submit(engine, 5, 5, 0);
    engine.step(false);
    NaiveSequence waiting = submit(engine, 5, 5, 100);
    engine.cancel(waiting);
    engine.cancel(running);
    require(
        "gone 1",
        "finished 1 ABORTED",
        "policy finished 0 ABORTED",
        "finished 0 ABORTED",
        "released 0 CANCELLED last=1");
    assertFalse(heard.contains("released 1 CANCELLED last=-1"), "it held nothing");
  }

  @Test
  void theOutcomeComesFromTheRequestsThreadWithTheToolsName() {
    NaiveEngine engine = engine(8, 0, PreemptionMode.RECOMPUTE);
    NaiveSequence sequence = submit(engine, 5, 1, 0);
    finish(engine);
    engine.outcome(sequence.request().serial(), FinishReason.TOOL_CALLS, "search");
    engine.step(false);
    require("finished 0 LENGTH", "outcome 1 TOOL_CALLS search");
  }

  @Test
  void chunksForksAndStepsReachTheSchedulingPolicy() {
    NaiveEngine engine = engine(10, 0, PreemptionMode.RECOMPUTE);
    NaiveSequence parent = submit(engine, 11, 4, 0);
    engine.step(false);
    engine.step(false);
    require("policy computed 0 0..8", "prefill? 8 left", "policy computed 0 8..11");
    engine.fork(parent, 1);
    finish(engine);
    require("forked 0 1", "policy computed 1 11..12", "policy finished 1 LENGTH");
  }

  @Test
  void messagesWithoutARequestArriveBetweenSteps() {
    ResourceCollection workflows = plugin.resources().getFirst();
    JsonValue.Object eta =
        new JsonValue.Object(Map.of("expected_in_seconds", new JsonValue.Number(3)));
    assertEquals(Optional.of(eta), workflows.update("acme", "w1", eta));
    assertTrue(workflows.delete("acme", "w1"));
    require("message acme w1 [expected_in_seconds]", "end acme w1");
  }
}
