package dev.jacquard.conformance;

import static dev.jacquard.conformance.Level.MUST;
import static dev.jacquard.conformance.Level.SHOULD;
import static dev.jacquard.conformance.Level.STOCHASTIC;
import static dev.jacquard.conformance.Level.UNTESTED;
import static dev.jacquard.conformance.Rule.Binds.HOST;
import static dev.jacquard.conformance.Rule.Binds.PLUGIN;

import java.util.Optional;

/// The rules of `docs/spec`, as data: PLG plugins, BSM block space managers and cache listeners, EVP
/// eviction policies, SCH schedulers, SCP scheduling policies, KRN kernel backends. The prose stands in
/// the specification; a test keeps the two the same.
public enum Rule {
  PLG_1(
      UNTESTED,
      PLUGIN,
      "The entry class is public, not abstract, has a public constructor without parameters, and that constructor does no work"),
  PLG_2(
      MUST,
      PLUGIN,
      "give plugin ids and the names of components, commands and panels the form `[a-z][a-z0-9-]{0,62}`, and a non-null one-line description"),
  PLG_3(MUST, PLUGIN, "offer no two components of one kind with one name"),
  PLG_4(
      MUST,
      PLUGIN,
      "answer a non-null `PluginDescriptor` that states the SPI version the plugin was compiled against"),
  PLG_5(
      MUST,
      PLUGIN,
      "let `probe` answer `Available` or `Unavailable` with a reason, without throwing and without taking device memory"),
  PLG_6(MUST, PLUGIN, "give independent objects from each `open` and `create`"),
  PLG_7(MUST, PLUGIN, "make `close` idempotent, on components and on the instance"),
  PLG_8(MUST, PLUGIN, "leave no thread running after `close` returned"),
  PLG_9(
      MUST,
      PLUGIN,
      "reject a configuration value it cannot use with a `ConfigurationException` that names the full key, the value and what is accepted"),
  PLG_10(MUST, PLUGIN, "bundle no class of `dev.jacquard.spi` in its jars"),
  PLG_11(
      MUST,
      PLUGIN,
      "share state between the components of a plugin only through its `PluginInstance`"),
  PLG_12(
      MUST,
      PLUGIN,
      "read only the request fields it declared in `hintFields()`, and treat their values as advice"),
  PLG_13(MUST, PLUGIN, "declare a field that another plugin declares too in exactly the same way"),
  PLG_14(
      MUST,
      PLUGIN,
      "let `parse` be called by many threads at once, and reject hints that make no sense with a `RequestRejectedException` that names the field, the value and the remedy"),
  PLG_15(
      MUST,
      PLUGIN,
      "register metrics under Prometheus names, the same name always with the same kind and labels"),
  PLG_16(
      MUST,
      PLUGIN,
      "give commands, resources and panels names that nobody else has, and answer a resource's calls with the caller's records only"),
  PLG_17(MUST, PLUGIN, "use nothing of Jacquard but `dev.jacquard.spi`"),
  PLG_18(MUST, HOST, "keep a plugin's fault from everything else"),
  PLG_19(MUST, HOST, "select explicitly"),
  PLG_20(
      MUST,
      PLUGIN,
      "not change what a request produces by choosing another scheduler, block manager or policy"),
  PLG_21(
      SHOULD,
      PLUGIN,
      "log through `System.Logger`, and write nothing to standard output or standard error outside of commands"),
  PLG_22(MUST, HOST, "hand over each hint checked against its declaration"),
  PLG_23(
      MUST,
      HOST,
      "keep a `RequestInfo` unchanged for the life of its request and never reuse a `serial` in the life of an engine"),
  BSM_1(MUST, PLUGIN, "account for every block of each tier at all times"),
  BSM_2(MUST, PLUGIN, "give each block at most one writer"),
  BSM_3(
      MUST,
      PLUGIN,
      "share only blocks that are full and committed, and share nothing when `prefixSharing` is off"),
  BSM_4(MUST, PLUGIN, "match a multiple of the block size, strictly below `length()`"),
  BSM_5(MUST, PLUGIN, "never share a block between different cache scopes"),
  BSM_6(MUST, PLUGIN, "compare tokens before sharing"),
  BSM_7(MUST, PLUGIN, "make `admit`, `reserve`, `swapOut` and `swapIn` all-or-nothing"),
  BSM_8(
      MUST, PLUGIN, "answer NEVER only if the wish can never be met, and LATER never in its place"),
  BSM_9(MUST, PLUGIN, "give back everything on `release`, once"),
  BSM_10(
      MUST,
      PLUGIN,
      "forget on `truncate` all positions at and above the mark, and free exactly the blocks that lie wholly above it"),
  BSM_11(MUST, PLUGIN, "keep a table stable between mutators and report changes"),
  BSM_12(
      MUST,
      PLUGIN,
      "hand out each decided copy exactly once through `drainCopies`, in the order of decision"),
  BSM_13(MUST, PLUGIN, "never evict a block that a sequence holds"),
  BSM_14(SHOULD, PLUGIN, "allocate nothing after warm-up in any method but `admit` and `fork`"),
  BSM_15(MUST, PLUGIN, "keep the watermark free when it admits or swaps in while others run"),
  BSM_16(
      MUST,
      PLUGIN,
      "make `fork` need no free block, and separate parent and child by copy-on-write"),
  BSM_17(
      MUST,
      PLUGIN,
      "move a sequence's blocks to the host tier on `swapOut` and back on `swapIn`, and then behave as if nothing had happened"),
  BSM_18(MUST, PLUGIN, "report to every listener of its context, in the order of the list"),
  BSM_19(MUST, PLUGIN, "make `peek` free of effects"),
  BSM_20(
      MUST,
      PLUGIN,
      "forget on `clear` every cached block that no sequence holds, in all tiers, and answer how many"),
  BSM_21(
      MUST,
      PLUGIN,
      "give up, under a window, the blocks that no later position can see, and never those of the sinks"),
  BSM_22(
      MUST,
      HOST,
      "make `context.paged(policy)` a manager that obeys all rules of this page, whatever the policy does"),
  BSM_23(
      STOCHASTIC,
      PLUGIN,
      "The cost of a call is constant or logarithmic for each block or row it touches"),
  BSM_24(MUST, PLUGIN, "treat positions above `computedTokens` as unwritten"),
  BSM_25(MUST, PLUGIN, "let `commit` only grow, and only within what is reserved"),
  BSM_26(
      MUST,
      PLUGIN,
      "throw `IllegalStateException`, and change nothing, on calls that break the protocol"),
  BSM_27(
      MUST,
      PLUGIN,
      "order copies so that executing them one after another leaves in each table entry and each cached block the KV it stands for"),
  BSM_28(
      MUST,
      PLUGIN,
      "for a listener, not call back into the manager or the scheduler, and not throw"),
  BSM_29(SHOULD, PLUGIN, "match the longest prefix of cached blocks"),
  BSM_30(MUST, PLUGIN, "be deterministic given the calls and the context's clock"),
  BSM_31(
      MUST,
      PLUGIN,
      "bear `planning` once at the start of each plan and use it for nothing but housekeeping such as prefetches"),
  BSM_32(
      MUST,
      HOST,
      "tell the listeners of plugins `cleared`, once, before a manager is made anew after a fault"),
  EVP_1(MUST, PLUGIN, "answer to `victim` only -1 or a block of the tier asked that is evictable"),
  EVP_2(MUST, PLUGIN, "name a block whenever the tier asked holds one that is evictable"),
  EVP_3(MUST, PLUGIN, "follow `evictable` and `unevictable`"),
  EVP_4(MUST, PLUGIN, "be deterministic"),
  EVP_5(
      STOCHASTIC,
      PLUGIN,
      "The cost of a call does not grow faster than the logarithm of the number of blocks"),
  EVP_6(SHOULD, PLUGIN, "allocate nothing after warm-up"),
  EVP_7(
      MUST,
      PLUGIN,
      "answer `demote` for any device block it is asked about, and `prefetch` with -1 or a cached host block"),
  EVP_8(
      MUST,
      HOST,
      "replace a policy that throws or answers nonsense by LRU over the same blocks, once, logged and counted in `jacquard_policy_replaced_total`"),
  EVP_9(MUST, PLUGIN, "not call back into the manager or the scheduler"),
  EVP_10(MUST, HOST, "tell events in this order"),
  EVP_11(
      MUST,
      PLUGIN,
      "work from an empty cache for any sizes it is given, a host tier of no blocks included"),
  SCH_1(MUST, PLUGIN, "keep within `limits`"),
  SCH_2(
      MUST,
      PLUGIN,
      "have blocks reserved for every position of every planned row when `plan` returns"),
  SCH_3(MUST, PLUGIN, "plan each sequence's positions in order, none skipped and none twice"),
  SCH_4(MUST, PLUGIN, "let no sequence wait for ever while others are served"),
  SCH_5(MUST, PLUGIN, "end a cancelled sequence by the next plan"),
  SCH_6(MUST, PLUGIN, "resume preempted work with the same tokens"),
  SCH_7(MUST, PLUGIN, "give all blocks back in the end"),
  SCH_8(MUST, PLUGIN, "be deterministic given the calls and the context's clock and random"),
  SCH_9(MUST, PLUGIN, "leave a plan empty only if nothing can run"),
  SCH_10(
      MUST,
      PLUGIN,
      "reject in `submit`, with a `RequestRejectedException`, a sequence that can never run"),
  SCH_11(SHOULD, PLUGIN, "allocate nothing in `plan` and `complete` after warm-up"),
  SCH_12(MUST, PLUGIN, "bear a failed step"),
  SCH_13(MUST, PLUGIN, "ask for the outputs a sequence needs and no fewer"),
  SCH_14(
      MUST,
      PLUGIN,
      "work with one step in flight and with two, never with more than `maxStepsInFlight` plans out"),
  SCH_15(
      MUST,
      PLUGIN,
      "start the child of `fork` beside its parent, sharing its blocks, or queue it when there is no room"),
  SCH_16(MUST, PLUGIN, "report to every request listener of its context, in order"),
  SCH_17(
      STOCHASTIC,
      PLUGIN,
      "The cost of `plan` and `complete` does not grow with the number of waiting sequences faster than the logarithm"),
  SCH_18(
      MUST,
      PLUGIN,
      "be the only one to call the manager's mutators (`admit`, `reserve`, `commit`, `truncate`, `fork`, `swapOut`, `swapIn`, `release`, `planning`), within its own methods"),
  SCH_19(
      MUST,
      PLUGIN,
      "report each preemption with `plan.preempt(sequence)`, after which the sequence has no row in this plan, and queue it again"),
  SCH_20(
      SHOULD,
      PLUGIN,
      "plan running sequences before it admits new ones, and split long prefills over steps by the budget"),
  SCH_21(
      MUST,
      HOST,
      "change a view's answers only between calls into the SPI, on the engine thread, and keep the view usable from `submit` until `holds` is false"),
  SCH_22(
      MUST,
      HOST,
      "make scheduler and manager anew when one of them throws anything but what its contract names, or when a step has failed three times in a row"),
  SCH_23(
      MUST,
      HOST,
      "make `context.continuousBatching(policy)` a scheduler that obeys all rules of this page, whatever the policy does"),
  SCP_1(MUST, PLUGIN, "name in `nextWaiting` only -1 or a sequence that waits"),
  SCP_2(MUST, PLUGIN, "not name a sequence again in a plan that answered LATER for it"),
  SCP_3(MUST, PLUGIN, "name every waiting sequence in the end"),
  SCP_4(MUST, PLUGIN, "name in `victim` only -1 or a sequence that runs"),
  SCP_5(
      MUST,
      PLUGIN,
      "name in `nextPrefill` only -1 or a running sequence that has positions to prefill and was not named before in this plan"),
  SCP_6(MUST, PLUGIN, "be deterministic given the calls, what `PlanView` answers and its seed"),
  SCP_7(
      STOCHASTIC,
      PLUGIN,
      "The cost of a decision does not grow with the number of waiting sequences faster than the logarithm"),
  SCP_8(SHOULD, PLUGIN, "allocate nothing after warm-up in any method but `waiting` and `forked`"),
  SCP_9(
      MUST,
      PLUGIN,
      "name a waiting sequence when nothing runs, unless each was answered LATER in this plan"),
  SCP_10(
      MUST,
      HOST,
      "replace a policy that throws or answers nonsense by first-come-first-served, once, logged and counted in `jacquard_policy_replaced_total`"),
  SCP_11(MUST, PLUGIN, "not call the scheduler or mutate the manager"),
  SCP_12(MUST, HOST, "tell events in this order"),
  KRN_1(
      MUST,
      PLUGIN,
      "compute each operation within `capabilities().tolerance()` of a float64 oracle, for every weight type it declares"),
  KRN_2(
      MUST,
      PLUGIN,
      "leave rows at and beyond `rows` untouched (and beyond the step's tokens or outputs, where the step says the count)"),
  KRN_3(
      MUST,
      PLUGIN,
      "refuse with `IllegalArgumentException`, before anything runs, a tensor that another backend made, that was freed or whose base was freed, and shapes that do not fit"),
  KRN_4(MUST, PLUGIN, "let operations take effect in the order of calls"),
  KRN_5(MUST, PLUGIN, "read staging as the engine left it when the operation was enqueued"),
  KRN_6(
      MUST,
      PLUGIN,
      "honour block tables and slots in any permutation, of any sequence ids, with any block of either range that the step names"),
  KRN_7(MUST, PLUGIN, "copy blocks exactly"),
  KRN_8(
      MUST,
      PLUGIN,
      "do what its capabilities declare and refuse the rest with `UNSUPPORTED_OPERATION`"),
  KRN_9(MUST, PLUGIN, "give the same bits for the same calls when it declares `deterministic`"),
  KRN_10(
      MUST,
      PLUGIN,
      "when it declares `batchInvariant`, give each row a result that depends on that row's inputs alone, bit for bit"),
  KRN_11(
      MUST,
      PLUGIN,
      "answer a lack of memory with a `BackendException` of code `OUT_OF_MEMORY` and leak nothing"),
  KRN_12(MUST, PLUGIN, "say how much a failure cost"),
  KRN_13(
      SHOULD,
      PLUGIN,
      "allocate nothing in hot methods and in `downloadRows` after warm-up, on the Java heap or on the device"),
  KRN_14(
      MUST,
      PLUGIN,
      "give `memory()` back to its value at creation when everything is freed or closed"),
  KRN_15(MUST, PLUGIN, "not write KV for a token whose slot is -1"),
  KRN_16(
      MUST,
      PLUGIN,
      "give the same bits from an operation it fuses (`addRmsNorm`, `ropeWriteKv`) as from its parts"),
  KRN_17(
      MUST,
      PLUGIN,
      "answer true from `begin` only if it replayed a recorded step of the same shape that reads everything varying from `StepInputs`"),
  KRN_18(
      MUST,
      HOST,
      "rewrite a `StepInputs`, its block tables included, only after `synchronize` or `downloadRows` returned since the last step that used it was enqueued, whether that step succeeded or not"),
  KRN_19(
      MUST,
      PLUGIN,
      "read keys and values in `attention` as they are stored, rounded to the cache's type, the current chunk's too"),
  KRN_20(MUST, PLUGIN, "document the order of its sums"),
  KRN_21(
      MUST,
      PLUGIN,
      "announce any mode that breaks KRN-9 or KRN-10 by its capabilities, and enter it only when configured");

  /// Whom a rule binds.
  public enum Binds {
    /// The plugin under test.
    PLUGIN,
    /// Whoever loads and calls plugins: an engine, or the kit in its place.
    HOST
  }

  private final Level level;
  private final Binds binds;
  private final String title;

  Rule(Level level, Binds binds, String title) {
    this.level = level;
    this.binds = binds;
    this.title = title;
  }

  /// The id as the specification writes it, `BSM-7`.
  public String id() {
    return name().replace('_', '-');
  }

  /// The letters of the id: the page of the specification it stands on.
  public String group() {
    return name().substring(0, 3);
  }

  /// How binding the rule is.
  public Level level() {
    return level;
  }

  /// Whom it binds.
  public Binds binds() {
    return binds;
  }

  /// What it asks for, in the words the specification begins with.
  public String title() {
    return title;
  }

  /// The rule of an id, in any case: `bsm-7`.
  public static Optional<Rule> of(String id) {
    for (Rule rule : values()) {
      if (rule.id().equalsIgnoreCase(id)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }
}
