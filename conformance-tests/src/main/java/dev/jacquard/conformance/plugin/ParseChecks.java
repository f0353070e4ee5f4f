package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.JsonValue;
import dev.jacquard.spi.request.RequestHints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/// `parse`: by many threads, of whatever fits the declarations.
final class ParseChecks {
  private static final int THREADS = 8;
  private static final int PASSES = 20;
  private static final int REQUESTS = 18;
  private static final int MOST_SHOWN = 20;
  private static final String SECRET = "secret-of-another-tenant";

  private ParseChecks() {}

  static List<Check<PluginUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_14,
            "8 threads at once get what one gets alone",
            ParseChecks::manyThreads,
            "a buffer, a map or a format kept in a field",
            "a HashMap that two threads change"),
        Check.of(
            Rule.PLG_14,
            "hints that make no sense are rejected with field and value, and never otherwise",
            ParseChecks::oddValues,
            "an empty text, an empty list or a number with a fraction was not thought of",
            "IllegalArgumentException or NumberFormatException from parsing"),
        Check.of(
            Rule.PLG_14,
            "rejections say nothing about other tenants",
            ParseChecks::tenantsApart,
            "the message lists what is known to all tenants"),
        Check.of(
            Rule.PLG_14,
            "attachments do not change after they were answered",
            ParseChecks::attachmentsStay,
            "counters of a request kept in its attachment"));
  }

  private static void manyThreads(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          List<HintField> fields = fields(subject);
          List<RequestHints> hints = new ArrayList<>();
          SplittableRandom random = new SplittableRandom(trial.seed());
          for (int i = 0; i < trial.rounds(400, 4_000); i++) {
            hints.add(i % 4 == 0 ? OddHints.mixed(fields, random) : OddHints.usual(fields, random));
          }
          try (Opened opened = Opened.of(subject)) {
            PluginInstance instance = opened.instance();
            List<String> alone = said(instance, hints, "tenant-0");
            // Who numbers its answers gives other ones each time: only their kind can be compared.
            boolean repeats = alone.equals(said(instance, hints, "tenant-0"));
            Queue<String> complaints = new ConcurrentLinkedQueue<>();
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
              int first = i * hints.size() / THREADS; // each at something else at any time
              Thread thread =
                  new Thread(
                      () -> {
                        try {
                          start.await();
                        } catch (InterruptedException e) {
                          return;
                        }
                        differences(instance, hints, first, alone, repeats, complaints);
                      },
                      "submitter " + i);
              thread.start();
              threads.add(thread);
            }
            start.countDown();
            for (Thread thread : threads) {
              thread.join();
            }
            String complaint = complaints.peek();
            Require.that(
                complaint == null,
                () ->
                    THREADS
                        + " threads called parse at once (seed "
                        + trial.seed()
                        + "): "
                        + complaint);
          }
        });
  }

  private static void differences(
      PluginInstance instance,
      List<RequestHints> hints,
      int first,
      List<String> alone,
      boolean repeats,
      Queue<String> complaints) {
    for (int turn = 0; turn < PASSES * hints.size() && complaints.isEmpty(); turn++) {
      int i = (first + turn) % hints.size();
      String now = said(instance, hints.get(i), "tenant-0");
      String expected = alone.get(i);
      if (repeats ? !now.equals(expected) : !kind(now).equals(kind(expected))) {
        complaints.add(
            "for the hints "
                + hints.get(i).values()
                + " one thread alone got "
                + expected
                + ", and now "
                + now);
      }
    }
  }

  private static String kind(String said) {
    int brace = said.indexOf('{');
    return brace < 0 ? said.substring(0, Math.min(5, said.length())) : said.substring(0, brace);
  }

  private static List<String> said(
      PluginInstance instance, List<RequestHints> hints, String tenant) {
    return hints.stream().map(one -> said(instance, one, tenant)).toList();
  }

  private static String said(PluginInstance instance, RequestHints hints, String tenant) {
    try {
      return Fingerprint.of(instance.parse(hints, tenant));
    } catch (RequestRejectedException e) {
      return "rejection{" + e.getMessage() + "}";
    } catch (RuntimeException | LinkageError e) {
      return "exception{" + Require.first(e) + "}";
    }
  }

  private static void oddValues(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          List<HintField> fields = fields(subject);
          List<RequestHints> all = new ArrayList<>(OddHints.alone(fields));
          SplittableRandom random = new SplittableRandom(trial.seed());
          for (int i = 0; i < trial.rounds(200, 2_000); i++) {
            all.add(OddHints.mixed(fields, random));
          }
          try (Opened opened = Opened.of(subject)) {
            Require.quiet(
                "parse of a request without hints",
                () -> opened.instance().parse(RequestHints.NONE, "tenant-0"));
            for (RequestHints hints : all) {
              parse(opened.instance(), hints);
            }
          }
        });
  }

  private static void parse(PluginInstance instance, RequestHints hints) {
    String shown = shown(hints);
    try {
      instance.parse(hints, "tenant-0");
    } catch (RequestRejectedException e) {
      String message = String.valueOf(e.getMessage());
      String field =
          hints.values().keySet().stream()
              .filter(name -> name.equals(e.parameter()) || message.contains(name))
              .findFirst()
              .orElse(null);
      Require.that(
          field != null,
          () -> "parse of " + shown + " was rejected without naming the field: " + message);
      Require.that(
          hints.values().entrySet().stream()
              .filter(
                  each -> each.getKey().equals(e.parameter()) || message.contains(each.getKey()))
              .anyMatch(each -> isNamed(each.getValue(), message)),
          () -> "parse of " + shown + " was rejected without naming the value: " + message);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw new AssertionError(
          "parse of "
              + shown
              + " threw "
              + Require.first(e)
              + "; hints that make no sense are rejected with a RequestRejectedException",
          e);
    }
  }

  /// Whether `message` shows `value`, of long or nested ones the beginning or a part.
  private static boolean isNamed(JsonValue value, String message) {
    return switch (value) {
      case JsonValue.Text(String text) -> {
        String plain = text.strip().replaceAll("\\p{Cntrl}.*", "");
        yield message.contains(plain.substring(0, Math.min(MOST_SHOWN, plain.length())));
      }
      case JsonValue.Number(double number) ->
          message.contains(String.valueOf(number))
              || message.contains(String.valueOf((long) number))
              || message.contains(new java.math.BigDecimal(number).toString());
      case JsonValue.Bool(boolean flag) -> message.contains(String.valueOf(flag));
      case JsonValue.Array(List<JsonValue> values) ->
          values.isEmpty() || values.stream().anyMatch(each -> isNamed(each, message));
      case JsonValue.Object(Map<String, JsonValue> values) ->
          values.isEmpty()
              || values.keySet().stream().anyMatch(message::contains)
              || values.values().stream().anyMatch(each -> isNamed(each, message));
    };
  }

  private static void tenantsApart(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          List<HintField> fields = fields(subject);
          try (Opened opened = Opened.of(subject)) {
            PluginInstance instance = opened.instance();
            for (HintField field : fields) {
              int length = Math.min(field.limits().maxLength(), SECRET.length());
              JsonValue secret = new JsonValue.Text(SECRET.substring(0, length));
              JsonValue value =
                  switch (field.type()) {
                    case STRING -> secret;
                    case STRING_LIST -> new JsonValue.Array(List.of(secret));
                    case OBJECT -> new JsonValue.Object(Map.of("a", secret));
                    case NUMBER, BOOLEAN -> OddHints.of(field).getFirst();
                  };
              said(instance, new RequestHints(Map.of(field.name(), value)), SECRET);
            }
            for (RequestHints hints : OddHints.alone(fields)) {
              String said = said(instance, hints, "tenant-0");
              Require.that(
                  !said.startsWith("rejection") || !said.contains(SECRET),
                  () -> "parse of " + shown(hints) + " told one tenant of another: " + said);
            }
          }
        });
  }

  private static void attachmentsStay(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          fields(subject);
          List<Pairing> pairings;
          try (Opened opened = Opened.of(subject)) {
            pairings = Pairing.of(opened);
          }
          for (Pairing pairing : pairings) {
            long seed = trial.seed();
            try (Opened opened = Opened.of(subject);
                PluginLife life =
                    new PluginLife(
                        opened, pairing, seed, REQUESTS, IndependenceChecks.usual(opened, seed))) {
              boolean busy = true;
              while (busy) {
                busy = life.step();
                for (PluginLife.Attached one : life.attached()) {
                  String now = Fingerprint.of(one.attachment());
                  Require.that(
                      one.then().equals(now),
                      () ->
                          "the attachment of a request changed while it was served (seed "
                              + seed
                              + ", "
                              + pairing
                              + "): it was "
                              + one.then()
                              + " and is "
                              + now);
                }
              }
            }
          }
        });
  }

  private static String shown(RequestHints hints) {
    String text = hints.values().toString();
    return text.length() > 200 ? text.substring(0, 200) + "…" : text;
  }

  private static List<HintField> fields(PluginUnderTest subject) {
    List<HintField> fields = Require.list(subject.plugin().hintFields(), "hintFields()");
    if (fields.isEmpty()) {
      throw new NotApplicable("the plugin declares no request field");
    }
    return fields;
  }
}
