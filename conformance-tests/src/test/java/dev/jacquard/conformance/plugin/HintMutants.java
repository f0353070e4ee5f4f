package dev.jacquard.conformance.plugin;

import static dev.jacquard.conformance.plugin.IdentityMutants.mutant;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.HintField.Limits;
import dev.jacquard.spi.request.HintField.Type;
import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Mistakes in declaring and reading hints.
final class HintMutants {
  private HintMutants() {}

  static List<Mutant<PluginUnderTest>> all() {
    return List.of(
        mutant(
            Rule.PLG_12,
            "a field is read that was not declared",
            scheduling(instance ->
                new LeastServed(instance) {
                  @Override
                  long rank(SequenceView sequence) {
                    boolean first = sequence.request().hints().flag("express_lane", false);
                    return first ? -1 : super.rank(sequence);
                  }
                }),
            "does not declare is read"),
        mutant(
            Rule.PLG_12,
            "who is of no importance never runs",
            scheduling(instance ->
                new LeastServed(instance) {
                  @Override
                  boolean mayRun(SequenceView sequence) {
                    return RightInstance.wish(sequence).importance() > 0;
                  }
                }),
            "more than advice"),
        mutant(
            Rule.PLG_12, "retained blocks are never given up", new Pinning(), "more than advice"),
        mutant(
            Rule.PLG_13,
            "a field is declared twice",
            declaring(
                fields -> fields.add(RightPlugin.field("session", Type.NUMBER, Limits.DEFAULT))),
            "'session' is declared twice"),
        mutant(
            Rule.PLG_13,
            "the host's priority is declared",
            declaring(
                fields -> fields.add(RightPlugin.field("priority", Type.NUMBER, Limits.DEFAULT))),
            "the host reads itself"),
        mutant(Rule.PLG_13, "limits grow each time", new GrowingLimits(), "and then"),
        mutant(
            Rule.PLG_14,
            "a name is put together in a shared buffer",
            parsing(Buffered::new),
            "8 threads"),
        mutant(
            Rule.PLG_14,
            "a blank name ends in an IllegalArgumentException",
            rejecting(e -> {
              throw new IllegalArgumentException(e.getMessage(), e);
            }),
            "threw java.lang.IllegalArgumentException"),
        mutant(
            Rule.PLG_14,
            "a rejection without the field",
            rejecting(e -> new IllegalState("this request cannot be understood").rejection()),
            "without naming the field"),
        mutant(
            Rule.PLG_14,
            "a rejection without the value",
            rejecting(
                e -> RightInstance.rejected(String.valueOf(e.parameter()), "send something else")),
            "without naming the value"),
        mutant(
            Rule.PLG_14,
            "a rejection lists the sessions of all tenants",
            parsing(Telling::new),
            "told one tenant of another"),
        mutant(
            Rule.PLG_14, "the attachment counts", new Counting(), "changed while it was served"));
  }

  private record IllegalState(String why) {
    dev.jacquard.spi.error.RequestRejectedException rejection() {
      return new dev.jacquard.spi.error.RequestRejectedException(
          dev.jacquard.spi.error.StandardErrorCode.INVALID_REQUEST, why);
    }
  }

  private static RightPlugin scheduling(Function<RightInstance, SchedulingPolicy> policies) {
    return new RightPlugin() {
      @Override
      SchedulingPolicy policy(PluginConfig config, SchedulerContext context) {
        return policies.apply(context.instance(RightInstance.class));
      }
    };
  }

  private static RightPlugin declaring(java.util.function.Consumer<List<HintField>> change) {
    return new RightPlugin() {
      @Override
      public List<HintField> hintFields() {
        List<HintField> fields = new ArrayList<>(super.hintFields());
        change.accept(fields);
        return fields;
      }
    };
  }

  private static RightPlugin parsing(Function<PluginContext, RightInstance> instances) {
    return new RightPlugin() {
      @Override
      public RightInstance open(PluginContext context) {
        return instances.apply(context);
      }
    };
  }

  private static RightPlugin rejecting(
      UnaryOperator<dev.jacquard.spi.error.RequestRejectedException> change) {
    return parsing(context ->
        new RightInstance(context) {
          @Override
          public @Nullable Object parse(RequestHints hints, String tenant) {
            try {
              return super.parse(hints, tenant);
            } catch (dev.jacquard.spi.error.RequestRejectedException e) {
              throw change.apply(e);
            }
          }
        });
  }

  private static final class Pinning extends RightPlugin {
    @Override
    BlockSpaceManager manager(PluginConfig config, BlockSpaceContext context) {
      return context.paged(new PinningEviction(context.deviceBlocks()));
    }
  }

  /// Its plain brother, but for blocks of requests that wished to be retained.
  private static final class PinningEviction implements EvictionPolicy {
    private final PlainEviction plain;
    private final Set<Integer> pinned = new HashSet<>();

    PinningEviction(int deviceBlocks) {
      plain = new PlainEviction(deviceBlocks);
    }

    @Override
    public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
      if (RightInstance.wish(sequence).retain()) {
        pinned.add(block);
      }
    }

    @Override
    public void evictable(int block, long lastUse) {
      if (!pinned.contains(block)) {
        plain.evictable(block, lastUse);
      }
    }

    @Override
    public void unevictable(int block) {
      if (!pinned.contains(block)) {
        plain.unevictable(block);
      }
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      return plain.victim(tier, stillNeeded, now);
    }
  }

  private static final class GrowingLimits extends RightPlugin {
    private int length = 64;

    @Override
    public List<HintField> hintFields() {
      return List.of(field("session", Type.STRING, new Limits(length++, 1, 0, 0)));
    }
  }

  private static final class Buffered extends RightInstance {
    private final StringBuilder buffer = new StringBuilder();

    Buffered(PluginContext context) {
      super(context);
    }

    @Override
    public @Nullable Object parse(RequestHints hints, String tenant) {
      if (!(super.parse(hints, tenant) instanceof Wish wish)) {
        return null;
      }
      buffer.setLength(0);
      for (char letter : wish.session().toCharArray()) {
        buffer.append(letter);
      }
      return new Wish(buffer.toString(), wish.importance(), wish.retain());
    }
  }

  private static final class Telling extends RightInstance {
    private final Set<String> known = java.util.Collections.synchronizedSet(new TreeSet<>());

    Telling(PluginContext context) {
      super(context);
    }

    @Override
    public @Nullable Object parse(RequestHints hints, String tenant) {
      try {
        Object wish = super.parse(hints, tenant);
        hints.text("session").ifPresent(known::add);
        return wish;
      } catch (dev.jacquard.spi.error.RequestRejectedException e) {
        throw rejected(String.valueOf(e.parameter()), e.getMessage() + "; known are " + known);
      }
    }
  }

  /// An attachment that is changed while its request is served.
  private static final class Tally {
    private int steps;

    void step() {
      steps++;
    }

    @Override
    public String toString() {
      return steps + " steps";
    }
  }

  private static final class Counting extends RightPlugin {
    @Override
    public RightInstance open(PluginContext context) {
      return new RightInstance(context) {
        @Override
        public Object parse(RequestHints hints, String tenant) {
          return new Tally();
        }
      };
    }

    @Override
    SchedulingPolicy policy(PluginConfig config, SchedulerContext context) {
      return new LeastServed(context.instance(RightInstance.class)) {
        @Override
        public void computed(SequenceView sequence, int from, int to) {
          if (sequence.request().attachment("right") instanceof Tally tally) {
            tally.step();
          }
        }
      };
    }
  }
}
