package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.plugin.ResourceCollection;
import dev.jacquard.spi.request.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether a resource's calls answer with the caller's records only. Records are those that requests of three tenants leave behind; who asks beside them is a stranger.
final class ResourceChecks {
  private static final int REQUESTS = 24;
  private static final int LIMIT = 1_000;
  private static final String STRANGER = "stranger";
  private static final JsonValue.Object NO_CHANGE = new JsonValue.Object(Map.of());
  private static final JsonValue.Object ODD_CHANGE =
      new JsonValue.Object(
          Map.of("no_such_member", new JsonValue.Array(List.of(new JsonValue.Number(-1)))));

  @FunctionalInterface
  private interface Asking {
    void ask(ResourceCollection collection, Opened opened, PluginLife life);
  }

  private ResourceChecks() {}

  static List<Check<PluginUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_16,
            "what belongs to another tenant does not exist",
            (subject, trial) -> asked(subject, trial, ResourceChecks::foreign),
            "records are found by id without looking at the tenant",
            "the same id of two tenants is one record"),
        Check.of(
            Rule.PLG_16,
            "what was answered is a snapshot",
            (subject, trial) -> asked(subject, trial, ResourceChecks::snapshots),
            "the plugin's own list is answered, and goes on changing"),
        Check.of(
            Rule.PLG_16,
            "unknown ids, odd changes and limits are answered and not thrown",
            (subject, trial) -> asked(subject, trial, ResourceChecks::odd),
            "an id that is looked up before it is checked",
            "a limit that is not heeded"));
  }

  private static void asked(PluginUnderTest subject, Trial trial, Asking asking) throws Exception {
    Quarters.of(
        subject,
        () -> {
          List<Pairing> pairings;
          try (Opened opened = Opened.of(subject)) {
            if (Require.list(opened.instance().resources(), "resources()").isEmpty()) {
              throw new NotApplicable("the plugin serves no resource");
            }
            pairings = Pairing.of(opened);
          }
          long seed = trial.seed();
          try (Opened opened = Opened.of(subject);
              PluginLife life =
                  new PluginLife(
                      opened,
                      pairings.getFirst(),
                      seed,
                      REQUESTS,
                      IndependenceChecks.usual(opened, seed))) {
            for (int i = 0; i < REQUESTS && life.step(); i++) {}
            for (ResourceCollection one : opened.instance().resources()) {
              asking.ask(one, opened, life);
            }
          }
        });
  }

  private static void foreign(ResourceCollection collection, Opened opened, PluginLife life) {
    Map<String, Map<String, JsonValue.Object>> all = new LinkedHashMap<>();
    for (String tenant : tenants()) {
      all.put(tenant, records(collection, tenant));
    }
    String who = "resource '" + collection.name() + "': ";
    Require.that(
        all.getOrDefault(STRANGER, Map.of()).isEmpty(),
        () ->
            who
                + "list(\""
                + STRANGER
                + "\") answered records to a tenant who never sent a request: "
                + all.get(STRANGER));
    all.forEach((owner, records) ->
        records.forEach((id, record) -> {
          for (String other : all.keySet()) {
            if (!all.getOrDefault(other, Map.of()).containsKey(id)) {
              requireHidden(collection, who, owner, other, id, record);
            }
          }
        }));
    all.forEach((owner, records) -> deleteApart(collection, who, owner, records, all));
  }

  private static void requireHidden(
      ResourceCollection collection,
      String who,
      String owner,
      String other,
      String id,
      JsonValue.Object record) {
    Optional<JsonValue.Object> before = collection.get(owner, id);
    String told = who + "the record '" + id + "' of " + owner + " exists for " + other + ": ";
    Optional<JsonValue.Object> seen = collection.get(other, id);
    Require.that(seen.isEmpty(), () -> told + "get answered " + seen);
    Optional<JsonValue.Object> changed = changed(collection, other, id, NO_CHANGE);
    Require.that(changed.isEmpty(), () -> told + "update answered " + changed);
    Require.that(!collection.delete(other, id), () -> told + "delete answered true");
    Require.that(
        collection.get(owner, id).equals(before),
        () ->
            told
                + "after its delete, "
                + owner
                + " gets "
                + collection.get(owner, id)
                + " instead of "
                + before
                + ", listed as "
                + record);
  }

  /// Deletes a record that several tenants have under one id, for its owner alone.
  private static void deleteApart(
      ResourceCollection collection,
      String who,
      String owner,
      Map<String, JsonValue.Object> records,
      Map<String, Map<String, JsonValue.Object>> all) {
    for (String id : records.keySet()) {
      for (String other : all.keySet()) {
        if (!other.equals(owner) && collection.get(other, id).isPresent()) {
          collection.delete(owner, id);
          Require.that(
              collection.get(other, id).isPresent(),
              () ->
                  who
                      + "'"
                      + id
                      + "' of "
                      + owner
                      + " was deleted, and with it the record of that id of "
                      + other);
        }
      }
    }
  }

  private static void snapshots(ResourceCollection collection, Opened opened, PluginLife life) {
    List<List<JsonValue.Object>> lists = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (String tenant : tenants()) {
      List<JsonValue.Object> list = collection.list(tenant, LIMIT);
      lists.add(list);
      texts.add(list.toString());
    }
    while (life.step()) {}
    for (String tenant : tenants()) {
      for (String id : records(collection, tenant).keySet()) {
        collection.delete(tenant, id);
      }
    }
    for (int i = 0; i < lists.size(); i++) {
      int at = i;
      Require.that(
          lists.get(i).toString().equals(texts.get(i)),
          () ->
              "resource '"
                  + collection.name()
                  + "': a list that was answered changed afterwards, from "
                  + texts.get(at)
                  + " to "
                  + lists.get(at));
    }
  }

  private static void odd(ResourceCollection collection, Opened opened, PluginLife life) {
    String who = "resource '" + collection.name() + "': ";
    for (String id : List.of("", "no-such-id", "../x", "Ж\u0000", "x".repeat(10_000))) {
      String shown = id.length() > 20 ? "x…x (10,000 characters)" : id;
      Require.quiet(
          who + "get, update and delete of the unknown id '" + shown + "'",
          () -> {
            Require.that(
                collection.get(STRANGER, id).isEmpty(), () -> who + "get found '" + shown + "'");
            Require.that(
                changed(collection, STRANGER, id, ODD_CHANGE).isEmpty(),
                () -> who + "update found '" + shown + "'");
            Require.that(
                !collection.delete(STRANGER, id), () -> who + "delete found '" + shown + "'");
          });
    }
    for (String tenant : tenants()) {
      for (String id : records(collection, tenant).keySet()) {
        Require.quiet(
            who + "update of '" + id + "' with an odd change",
            () -> changed(collection, tenant, id, ODD_CHANGE));
      }
      int one = collection.list(tenant, 1).size();
      Require.that(one <= 1, () -> who + "list(tenant, 1) answered " + one + " records");
    }
  }

  private static Optional<JsonValue.Object> changed(
      ResourceCollection collection, String tenant, String id, JsonValue.Object change) {
    try {
      return Require.answer(collection.update(tenant, id, change), "update");
    } catch (RequestRejectedException e) {
      return Optional.empty(); // a change that makes no sense may be refused
    }
  }

  /// The records of a tenant by id; those without one cannot be asked for.
  private static Map<String, JsonValue.Object> records(
      ResourceCollection collection, String tenant) {
    Map<String, JsonValue.Object> records = new LinkedHashMap<>();
    for (JsonValue.Object record :
        Require.list(collection.list(tenant, LIMIT), "list of " + collection.name())) {
      if (record.values().get("id") instanceof JsonValue.Text(String id)) {
        records.put(id, record);
      }
    }
    return records;
  }

  private static List<String> tenants() {
    List<String> tenants = new ArrayList<>(PluginLife.TENANTS);
    tenants.add(STRANGER);
    return tenants;
  }
}
