package dev.jacquard.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.host.PluginProblem.Kind;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.HintField.Alias;
import dev.jacquard.spi.request.HintField.Limits;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a plugin says about itself and about what it offers, alone and beside others.
class PluginInspectionTest {
  private static final Limits UP_TO_9 = new Limits(16, 4, 0, 9);

  @Test
  void anIllFormedIdIsRefusedWithTheGrammar() {
    problem(
        Kind.BAD_ID, "the plugin id 'No Spaces' does not match [a-z]", new FakePlugin("No Spaces"));
  }

  @Test
  void anIllFormedComponentNameIsRefused() {
    problem(
        Kind.BAD_PROVIDERS,
        "the block manager name 'LRU' does not match",
        new FakePlugin("mine").blockManager("LRU"));
  }

  @Test
  void aComponentCannotBeCalledAuto() {
    problem(Kind.RESERVED_NAME, "'auto' is reserved", new FakePlugin("mine").scheduler("auto"));
  }

  @Test
  void aListThatThrowsIsToldWithItsMethod() {
    problem(
        Kind.BAD_PROVIDERS,
        "schedulers() failed: java.lang.IllegalStateException: too early",
        new Listing(() -> {
          throw new IllegalStateException("too early");
        }));
  }

  @Test
  void aListThatIsNullOrHoldsNullIsRefused() {
    problem(Kind.BAD_PROVIDERS, "schedulers() answered null", new Listing(() -> null));
    problem(
        Kind.BAD_PROVIDERS,
        "schedulers() failed: java.lang.NullPointerException: the list contains null",
        new Listing(() -> Arrays.asList((SchedulerFactory) null)));
  }

  @Test
  void oneNameTwiceInOnePluginIsRefused() {
    problem(
        Kind.BAD_PROVIDERS,
        "schedulers() offers two components of the name 'twice'",
        new FakePlugin("mine").scheduler("twice").scheduler("twice"));
  }

  @Test
  void aNullNameIsRefused() {
    problem(
        Kind.BAD_PROVIDERS,
        "name() of a scheduler answered null",
        new FakePlugin("mine").scheduler(null));
  }

  @Test
  void hintFieldsThatMakeNoSenseAreRefused() {
    problem(
        Kind.BAD_HINT_FIELD,
        "hint field 'turn': min 9.0 is not below max 0.0",
        new FakePlugin("mine").hint(number("turn", new Limits(16, 4, 9, 0))));
    problem(
        Kind.BAD_HINT_FIELD,
        "hint field 'turn': maxLength and maxItems must be at least 1",
        new FakePlugin("mine").hint(number("turn", new Limits(0, 4, 0, 9))));
    problem(
        Kind.BAD_HINT_FIELD,
        "hint field 'turn': 'not a header' is no name of a header",
        new FakePlugin("mine").hint(number("turn", UP_TO_9, new Alias.Header("not a header"))));
    problem(
        Kind.BAD_HINT_FIELD,
        "hint field 'turn': 'a..b' is no path",
        new FakePlugin("mine").hint(number("turn", UP_TO_9, new Alias.Path("a..b"))));
    problem(
        Kind.BAD_HINT_FIELD,
        "hint field 'tree': an OBJECT cannot come from the header 'X-Tree'",
        new FakePlugin("mine")
            .hint(
                new HintField(
                    "tree",
                    HintField.Type.OBJECT,
                    "",
                    UP_TO_9,
                    List.of(new Alias.Header("X-Tree")))));
    problem(
        Kind.BAD_HINT_FIELD,
        "hint field 'turn' is declared twice",
        new FakePlugin("mine").hint(number("turn", UP_TO_9)).hint(number("turn", UP_TO_9)));
  }

  @Test
  void illFormedAndRepeatedCommandsAreRefused() {
    problem(
        Kind.BAD_COMMAND,
        "the command name 'Do It' does not match",
        new FakePlugin("mine").command("Do It"));
    problem(
        Kind.BAD_COMMAND,
        "commands() offers two of the name 'trace'",
        new FakePlugin("mine").command("trace").command("trace"));
  }

  @Test
  void namesOfTheHostAreRefused() {
    ReservedNames reserved = new ReservedNames(Set.of(), Set.of("serve"), Set.of("model"));
    problem(
        reserved,
        Kind.RESERVED_NAME,
        "the command 'serve' is the host's own",
        new FakePlugin("mine").command("serve"));
    problem(
        reserved,
        Kind.RESERVED_NAME,
        "the request field 'model' is read by the host itself",
        new FakePlugin("mine").hint(number("model", UP_TO_9)));
  }

  @Test
  void equalHintDeclarationsOfTwoPluginsCoexist() {
    try (PluginCatalog catalog =
        load(
            ReservedNames.NONE,
            new FakePlugin("one").hint(number("turn", UP_TO_9)),
            new FakePlugin("two").hint(number("turn", UP_TO_9)))) {
      assertEquals(List.of(), catalog.problems());
      assertEquals(Set.of("turn"), catalog.hintFields().keySet());
    }
  }

  @Test
  void differentHintDeclarationsOfTwoPluginsAreAConflict() {
    problem(
        Kind.HINT_CONFLICT,
        "two plugins declare the request field 'turn' differently: one 1.0 (built in) and two 1.0 (built in)",
        new FakePlugin("one").hint(number("turn", UP_TO_9)),
        new FakePlugin("two").hint(number("turn", Limits.DEFAULT)));
  }

  @Test
  void oneComponentNameOfTwoPluginsIsAConflictPerKind() {
    problem(
        Kind.DUPLICATE_PROVIDER,
        "two plugins offer a scheduler of the name 'same': one 1.0 (built in) and two 1.0 (built in)",
        new FakePlugin("one").scheduler("same"),
        new FakePlugin("two").scheduler("same").blockManager("same"));
  }

  @Test
  void oneCommandOfTwoPluginsIsAConflict() {
    problem(
        Kind.DUPLICATE_COMMAND,
        "two plugins add the command 'trace': one 1.0 (built in) and two 1.0 (built in)",
        new FakePlugin("one").command("trace"),
        new FakePlugin("two").command("trace"));
  }

  private static HintField number(String name, Limits limits, Alias... aliases) {
    return new HintField(name, HintField.Type.NUMBER, "A number.", limits, List.of(aliases));
  }

  private static void problem(Kind kind, String part, EnginePlugin... plugins) {
    problem(ReservedNames.NONE, kind, part, plugins);
  }

  private static void problem(
      ReservedNames reserved, Kind kind, String part, EnginePlugin... plugins) {
    try (PluginCatalog catalog = load(reserved, plugins)) {
      assertEquals(1, catalog.problems().size(), () -> catalog.problems().toString());
      PluginProblem problem = catalog.problems().getFirst();
      assertEquals(kind, problem.kind(), problem::line);
      assertTrue(problem.line().contains(part), () -> problem.line() + " lacks " + part);
    }
  }

  private static PluginCatalog load(ReservedNames reserved, EnginePlugin... plugins) {
    return new PluginLoader(PluginInspectionTest.class.getClassLoader(), reserved)
        .load(List.of(plugins), List.of());
  }

  private record Listing(java.util.function.Supplier<List<SchedulerFactory>> list)
      implements EnginePlugin {
    @Override
    public PluginDescriptor descriptor() {
      return new FakePlugin("listing").descriptor();
    }

    @Override
    public List<SchedulerFactory> schedulers() {
      return list.get();
    }
  }
}
