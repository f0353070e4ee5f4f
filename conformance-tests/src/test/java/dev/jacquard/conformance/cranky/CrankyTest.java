package dev.jacquard.conformance.cranky;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.kernel.NaiveKernelBackend;
import dev.jacquard.conformance.naive.NaiveRun;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.conformance.naive.PlainScheduling;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.Scheduler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrankyTest {
  private static final int CALLS = 400;

  /// What became of each of many calls.
  private static List<String> story(IntSupplier call) {
    List<String> story = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      try {
        story.add(Integer.toString(call.getAsInt()));
      } catch (RuntimeException e) {
        story.add(String.valueOf(e.getMessage()));
      }
    }
    return story;
  }

  private static List<String> steps(long seed) {
    try (CrankyKernelBackend backend =
        new CrankyKernelBackend(new NaiveKernelBackend(), new Mood(seed, 10))) {
      Tensor own = backend.activation(1, 4);
      return story(() -> {
        backend.add(own, own, 1);
        backend.synchronize();
        return 0;
      });
    }
  }

  private static List<String> victims(long seed) {
    CrankyEvictionPolicy policy =
        new CrankyEvictionPolicy(new PlainEviction(4), new Mood(seed, 10));
    return story(() -> policy.victim(Tier.DEVICE, 1, 0));
  }

  @SuppressWarnings("NullAway") // the policy behind it asks nothing of the view
  private static List<String> queue(long seed) {
    PlanView nobody = null;
    CrankySchedulingPolicy policy =
        new CrankySchedulingPolicy(new PlainScheduling(), new Mood(seed, 10));
    return story(() -> policy.nextPrefill(nobody));
  }

  private static List<String> cancels(long seed) {
    Scheduler quiet =
        (Scheduler)
            Proxy.newProxyInstance(
                Scheduler.class.getClassLoader(),
                new Class<?>[] {Scheduler.class},
                (proxy, method, arguments) -> null);
    CrankyScheduler scheduler = new CrankyScheduler(quiet, new Mood(seed, 10));
    return story(() -> {
      scheduler.cancel(1);
      return 0;
    });
  }

  @Test
  void theSameSeedGoesWrongInTheSameWayAndAnotherInAnother() {
    List<java.util.function.LongFunction<List<String>>> all =
        List.of(CrankyTest::steps, CrankyTest::victims, CrankyTest::queue, CrankyTest::cancels);
    for (java.util.function.LongFunction<List<String>> each : all) {
      List<String> story = each.apply(7);
      assertEquals(story, each.apply(7));
      assertNotEquals(story, each.apply(8));
      long calm = story.stream().filter(story.getFirst()::equals).count();
      assertTrue(calm > CALLS / 2 && calm < CALLS, calm + " of " + CALLS + " were calm");
      assertTrue(
          story.stream().anyMatch(line -> line.contains("mood seed 7, one in 10")),
          "a failure says what repeats it");
    }
  }

  @Test
  void aLostBackendStaysLostAndClosesWell() {
    CrankyKernelBackend backend =
        new CrankyKernelBackend(new NaiveKernelBackend(), new Mood(1, Integer.MAX_VALUE), 3);
    Tensor own = backend.activation(1, 4);
    backend.add(own, own, 1);
    backend.synchronize();
    for (int i = 0; i < 3; i++) {
      BackendException loss = assertThrows(BackendException.class, () -> backend.add(own, own, 1));
      assertEquals(BackendException.Severity.BACKEND_LOST, loss.severity());
    }
    backend.close();
    backend.close();
  }

  @Test
  void aMoodThatNeverFailsIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Mood(1, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aSchedulerBearsAManagerThatRefusesAtRandom(int stepsInFlight) {
    int faults = 0;
    for (long seed = 1; seed <= 20; seed++) {
      Mood mood = new Mood(seed, 12);
      try {
        NaiveRun.run(
            NaiveRun.Shape.random(seed, stepsInFlight),
            seed,
            List.of(),
            List.of(),
            context ->
                new CrankyBlockSpaceManager(
                    context.paged(new PlainEviction(context.deviceBlocks())), mood),
            context -> context.continuousBatching(new PlainScheduling()));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("run of seed " + seed + ", " + mood, e);
      }
      faults += mood.faults();
    }
    assertTrue(faults > 100, faults + " refusals");
  }
}
