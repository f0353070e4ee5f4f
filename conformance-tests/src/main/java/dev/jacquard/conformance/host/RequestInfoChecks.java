package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.JsonValue;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.Scheduler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a request is told to be: PLG-23.
final class RequestInfoChecks {
  private static final String NAME = "kit-order";

  private RequestInfoChecks() {}

  static List<Check<HostUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_23,
            "a request is one unchanged object from submission to end, with a serial of its own, a fault between",
            RequestInfoChecks::life,
            "a request that is submitted again is described anew",
            "serials are reused with sequence ids"),
        Check.of(
            Rule.PLG_23,
            "tenant, priority and attachment are those of the request, whatever its body says",
            RequestInfoChecks::origin,
            "the tenant is read from the body"),
        Check.of(
            Rule.PLG_23,
            "different tenants or salts never have one cache scope, and equal ones do",
            RequestInfoChecks::scopes,
            "tenant and salt are joined so that one can spell the other"));
  }

  /// Remembers the info of each sequence and compares.
  private static final class Infos implements RequestListener {
    private final Complaints complaints;
    private final IdentityHashMap<SequenceView, RequestInfo> seen = new IdentityHashMap<>();
    private final Map<Long, RequestInfo> bySerial = new HashMap<>();
    private final Map<Long, List<Integer>> prompts = new HashMap<>();
    private final List<RequestInfo> inOrder = new ArrayList<>();

    Infos(Complaints complaints) {
      this.complaints = complaints;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // one object a request, so says the rule
    public void submitted(SequenceView sequence) {
      RequestInfo info = sequence.request();
      seen.put(sequence, info);
      inOrder.add(info);
      RequestInfo other = bySerial.put(info.serial(), info);
      List<Integer> prompt = new ArrayList<>();
      for (int i = 0; i < sequence.promptLength(); i++) {
        prompt.add(sequence.token(i));
      }
      complaints.unless(
          prompt.equals(prompts.getOrDefault(info.serial(), prompt)),
          "the serial " + info.serial() + " was given to two requests");
      prompts.put(info.serial(), prompt);
      complaints.unless(
          other == null || other == info,
          "the request of serial "
              + info.serial()
              + " was submitted again with another RequestInfo");
    }

    @SuppressWarnings("ReferenceEquality") // one object a request, so says the rule
    private void compare(SequenceView sequence, String event) {
      complaints.unless(
          seen.get(sequence) == sequence.request(),
          "at "
              + event
              + " the request of sequence "
              + sequence.id()
              + " is another object than when it was submitted");
    }

    @Override
    public void computed(SequenceView sequence, int from, int to, int stepTokens, long nanos) {
      compare(sequence, "computed");
    }

    @Override
    public void preempted(SequenceView sequence) {
      compare(sequence, "preempted");
    }

    @Override
    public void finished(SequenceView sequence, FinishReason reason) {
      compare(sequence, "finished");
    }
  }

  private static void life(HostUnderTest host, Trial trial) {
    for (int steps = 1; steps <= 2; steps++) {
      Complaints complaints = new Complaints();
      Infos infos = new Infos(complaints);
      Fuse fuse = Fuse.once("plan", 9, Fuse.EXCEPTION);
      KitPlugin plugin =
          new KitPlugin("kit")
              .listener(infos)
              .scheduler(
                  NAME,
                  context ->
                      fuse.before(Scheduler.class, context.continuousBatching(new ArrivalOrder())));
      HostSetup setup =
          HostSetup.SMALL.blocks(12, 0).running(3, steps).with(plugin).naming(NAME, null, null);
      List<Ask> asks = Scene.crowd(trial.random(), 10);
      String done = "serving 10 requests twice, the scheduler failing in " + fuse;
      try (HostUnderTest.Started started = host.start(setup)) {
        started.serve(asks);
        started.serve(asks);
        plugin.onEngineThread(() -> {});
      }
      complaints.requireNone(done);
      Scene.require(
          infos.bySerial.size() == 20,
          done + ": 20 requests were submitted and had " + infos.bySerial.size() + " serials");
    }
  }

  private static List<RequestInfo> infos(HostUnderTest host, KitPlugin plugin, List<Ask> asks) {
    Infos infos = new Infos(new Complaints());
    plugin.listener(infos);
    HostSetup setup = HostSetup.SMALL.running(1, 1).with(plugin).enabling("kit");
    try (HostUnderTest.Started started = host.start(setup)) {
      started.serve(asks);
      plugin.onEngineThread(() -> {});
    }
    Scene.require(
        infos.inOrder.size() == asks.size(),
        asks.size() + " requests were served, a listener heard of " + infos.inOrder.size());
    return infos.inOrder;
  }

  private static void origin(HostUnderTest host, Trial trial) {
    KitPlugin plugin =
        new KitPlugin("kit")
            .field(
                new HintField(
                    "kit_owner",
                    HintField.Type.STRING,
                    "Anything.",
                    HintField.Limits.DEFAULT,
                    List.of()))
            .parsing((hints, tenant) ->
                "made for " + tenant + " of " + hints.text("kit_owner").orElse("-"));
    Ask ask = Scene.strangers(trial.random(), 1, 10, 1).getFirst();
    List<Ask> asks =
        List.of(
            ask.of("alice", "")
                .withPriority(7)
                .with("{\"kit_owner\": \"bob\", \"user\": \"bob\"}", Map.of()),
            ask.of("bob", "")
                .withPriority(-7)
                .with("{\"tenant\": \"alice\"}", Map.of("X-Tenant", "alice")),
            ask);
    List<RequestInfo> seen = infos(host, plugin, asks);
    List<String> owners = List.of("bob", "-", "-");
    for (int i = 0; i < asks.size(); i++) {
      RequestInfo info = seen.get(i);
      String tenant = asks.get(i).tenant();
      Scene.require(
          info.tenant().equals(tenant),
          "a request of the tenant '"
              + tenant
              + "' with the body "
              + asks.get(i).body()
              + " has the tenant '"
              + info.tenant()
              + "'");
      Scene.require(
          info.priority() == asks.get(i).priority(),
          "a request of priority "
              + asks.get(i).priority()
              + " has the priority "
              + info.priority());
      Object expected = "made for " + tenant + " of " + owners.get(i);
      Scene.require(
          expected.equals(info.attachment("kit")),
          "parse made '"
              + expected
              + "' of the hints, the request has '"
              + info.attachment("kit")
              + "'");
      Scene.require(
          info.hints()
              .values()
              .equals(
                  owners.get(i).equals("-")
                      ? Map.of()
                      : Map.of("kit_owner", new JsonValue.Text(owners.get(i)))),
          "the hints of the request are " + info.hints());
    }
  }

  private static void scopes(HostUnderTest host, Trial trial) {
    Ask ask = Scene.strangers(trial.random(), 1, 10, 1).getFirst();
    List<Ask> asks = new ArrayList<>();
    String[] texts = {
      "", "a", "b", "ab", "a:", ":", "1:a", "0:", "a/b", "/", "a|", "|", "a b", " ", "ä"
    };
    for (String tenant : texts) {
      for (String salt : texts) {
        asks.add(ask.of(tenant, salt));
      }
    }
    List<Ask> twice = new ArrayList<>(asks);
    twice.addAll(asks);
    Set<String> scopes = new HashSet<>();
    Map<String, String> known = new HashMap<>();
    List<RequestInfo> infos = new ArrayList<>();
    int batch = asks.size() / texts.length;
    KitPlugin plugin = new KitPlugin("kit");
    Infos heard = new Infos(new Complaints());
    plugin.listener(heard);
    try (HostUnderTest.Started started =
        host.start(HostSetup.SMALL.running(1, 1).with(plugin).enabling("kit"))) {
      for (int i = 0; i < twice.size(); i += batch) {
        started.serve(twice.subList(i, i + batch));
      }
      plugin.onEngineThread(() -> {});
      infos.addAll(heard.inOrder);
    }
    for (int i = 0; i < infos.size(); i++) {
      String who = "tenant '" + twice.get(i).tenant() + "' with salt '" + twice.get(i).salt() + "'";
      String before = known.put(who, infos.get(i).cacheScope());
      if (before == null) {
        Scene.require(
            scopes.add(infos.get(i).cacheScope()),
            who
                + " has the cache scope '"
                + infos.get(i).cacheScope()
                + "', which another pair has too");
      } else {
        Scene.require(
            before.equals(infos.get(i).cacheScope()),
            who
                + " had the cache scope '"
                + before
                + "' and has '"
                + infos.get(i).cacheScope()
                + "'");
      }
    }
  }
}
