package dev.jacquard.conformance.host;

import static dev.jacquard.conformance.Rule.EVP_10;
import static dev.jacquard.conformance.Rule.EVP_8;
import static dev.jacquard.conformance.Rule.SCH_23;
import static dev.jacquard.conformance.Rule.SCP_10;
import static dev.jacquard.conformance.Rule.SCP_12;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Hosts that treat policies badly.
final class PolicyMutants {
  private PolicyMutants() {}

  static List<Mutant<HostUnderTest>> all() {
    return List.of(
        HostMutants.of(
            EVP_8,
            "the replacement is not told what is evictable",
            "was not served although nobody may notice",
            eviction((policy, setup, replaced) ->
                new GuardedEviction(policy, setup.deviceBlocks(), setup.hostBlocks(), replaced) {
                  @Override
                  void tellAll(Map<Integer, Long> blocksByUse, LruOrder order) {}
                })),
        HostMutants.of(
            EVP_8,
            "the replacement is told other times of use",
            "in another order than that of LRU",
            eviction((policy, setup, replaced) ->
                new GuardedEviction(policy, setup.deviceBlocks(), setup.hostBlocks(), replaced) {
                  @Override
                  void tellAll(Map<Integer, Long> blocksByUse, LruOrder order) {
                    blocksByUse.forEach(
                        (block, use) -> order.evictable(block, Long.MAX_VALUE - use));
                  }
                })),
        HostMutants.of(
            EVP_8,
            "a replaced policy is not counted",
            "jacquard_policy_replaced_total is 0.0, expected 1.0",
            eviction((policy, setup, replaced) ->
                new GuardedEviction(policy, setup.deviceBlocks(), setup.hostBlocks(), () -> {}))),
        HostMutants.of(
            EVP_8,
            "a replaced policy goes on hearing",
            "after its fault the policy was called",
            eviction((policy, setup, replaced) ->
                new GuardedEviction(policy, setup.deviceBlocks(), setup.hostBlocks(), replaced) {
                  @Override
                  public void unevictable(int block) {
                    super.unevictable(block);
                    try {
                      policy.moved(block, block);
                    } catch (IllegalStateException | LinkageError e) {
                      replace();
                    }
                  }
                })),
        order(
            EVP_10,
            "a block is gone before it is told unevictable",
            "before unevictable(",
            PolicyMutants::unevictableLate),
        order(
            EVP_10,
            "each evictable block is used at another time",
            "another block of that release had",
            PolicyMutants::useCounted),
        order(
            EVP_10,
            "all releases are at one time",
            "but the releases before and after it have",
            PolicyMutants::useConstant),
        order(
            EVP_10,
            "released comes after evictable",
            "before released was told",
            PolicyMutants::releasedLate),
        HostMutants.of(
            SCP_10,
            "the new queue is not told who waits",
            "requests with a scheduling policy that fails in",
            scheduling((policy, blocks, replaced) ->
                new GuardedScheduling(policy, blocks, replaced) {
                  @Override
                  void tellAll(Map<Integer, SequenceView> views, ArrivalOrder order) {}
                })),
        HostMutants.of(
            SCP_10,
            "a replaced policy is not counted",
            "jacquard_policy_replaced_total is 0.0, expected 1.0",
            scheduling(
                (policy, blocks, replaced) -> new GuardedScheduling(policy, blocks, () -> {}))),
        HostMutants.of(
            SCH_23,
            "the mechanism takes the policy at its word",
            "with a policy that answers anything",
            scheduling((policy, blocks, replaced) ->
                new GuardedScheduling(policy, blocks, replaced) {
                  @Override
                  void replace() {}
                })),
        waiting(
            "a sequence that was answered LATER begins to wait again",
            "waiting(NEW) told sequence",
            PolicyMutants::waitsAgain),
        waiting(
            "planning is not told",
            "planning was told 0 times in one plan",
            policy ->
                Tap.on(
                    SchedulingPolicy.class,
                    policy,
                    (method, arguments, real) -> method.equals("planning") ? null : real.call())),
        waiting(
            "what finished is told gone",
            "gone told sequence",
            policy ->
                Tap.on(
                    SchedulingPolicy.class,
                    policy,
                    (method, arguments, real) -> {
                      if (method.equals("finished") && arguments[0] instanceof SequenceView view) {
                        policy.gone(view.id());
                        return null;
                      }
                      return real.call();
                    })));
  }

  /// Makes a guard around an eviction policy.
  @FunctionalInterface
  private interface EvictionGuard {
    EvictionPolicy around(EvictionPolicy policy, HostSetup setup, Runnable replaced);
  }

  private static NaiveHost eviction(EvictionGuard guard) {
    return new NaiveHost() {
      @Override
      EvictionPolicy guard(EvictionPolicy policy, HostSetup setup, Runnable replaced) {
        return guard.around(policy, setup, replaced);
      }
    };
  }

  private static Mutant<HostUnderTest> order(
      Rule rule, String name, String phrase, UnaryOperator<EvictionPolicy> wrong) {
    return HostMutants.of(
        rule,
        name,
        phrase,
        eviction((policy, setup, replaced) ->
            new GuardedEviction(
                wrong.apply(policy), setup.deviceBlocks(), setup.hostBlocks(), replaced)));
  }

  private static EvictionPolicy unevictableLate(EvictionPolicy policy) {
    Deque<Integer> late = new ArrayDeque<>();
    return Tap.on(
        EvictionPolicy.class,
        policy,
        (method, arguments, real) -> {
          if (method.equals("unevictable") && arguments[0] instanceof Integer block) {
            late.add(block);
            return null;
          }
          Object answer = real.call();
          while (!late.isEmpty()) {
            policy.unevictable(late.remove());
          }
          return answer;
        });
  }

  private static EvictionPolicy useCounted(EvictionPolicy policy) {
    long[] count = {0};
    return Tap.on(
        EvictionPolicy.class,
        policy,
        (method, arguments, real) -> {
          if (method.equals("evictable") && arguments[0] instanceof Integer block) {
            policy.evictable(block, ++count[0]);
            return null;
          }
          return real.call();
        });
  }

  private static EvictionPolicy useConstant(EvictionPolicy policy) {
    return Tap.on(
        EvictionPolicy.class,
        policy,
        (method, arguments, real) -> {
          if (method.equals("evictable") && arguments[0] instanceof Integer block) {
            policy.evictable(block, 1);
            return null;
          }
          return real.call();
        });
  }

  private static EvictionPolicy releasedLate(EvictionPolicy policy) {
    Deque<Tap.Real> late = new ArrayDeque<>();
    return Tap.on(
        EvictionPolicy.class,
        policy,
        (method, arguments, real) -> {
          if (method.equals("released")) {
            late.add(real);
            return null;
          }
          Object answer = real.call();
          while (!late.isEmpty()) {
            late.remove().call();
          }
          return answer;
        });
  }

  /// Makes a guard around a scheduling policy.
  @FunctionalInterface
  private interface SchedulingGuard {
    GuardedScheduling around(SchedulingPolicy policy, BlockSpaceManager blocks, Runnable replaced);
  }

  private static NaiveHost scheduling(SchedulingGuard guard) {
    return new NaiveHost() {
      @Override
      GuardedScheduling guard(
          SchedulingPolicy policy, BlockSpaceManager blocks, Runnable replaced) {
        return guard.around(policy, blocks, replaced);
      }
    };
  }

  private static Mutant<HostUnderTest> waiting(
      String name, String phrase, UnaryOperator<SchedulingPolicy> wrong) {
    return HostMutants.of(
        SCP_12,
        name,
        phrase,
        scheduling((policy, blocks, replaced) ->
            new GuardedScheduling(wrong.apply(policy), blocks, replaced)));
  }

  private static SchedulingPolicy waitsAgain(SchedulingPolicy policy) {
    Map<Integer, SequenceView> views = new HashMap<>();
    return Tap.on(
        SchedulingPolicy.class,
        policy,
        (method, arguments, real) -> {
          if (method.equals("waiting") && arguments[0] instanceof SequenceView view) {
            views.put(view.id(), view);
          }
          Object answer = real.call();
          if (method.equals("answered") && arguments[1] == Reservation.LATER) {
            policy.waiting(views.get((Integer) arguments[0]), WaitReason.NEW);
          }
          return answer;
        });
  }
}
