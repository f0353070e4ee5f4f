package dev.jacquard.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.policy.LfuEviction;
import dev.jacquard.engine.policy.LruEviction;
import dev.jacquard.engine.policy.PriorityTtlEviction;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Drives a manager at random and simulates the KV bytes: position p of a sequence holds a number
/// that depends on its scope and all tokens up to p. Steps write it, drained copies move it, and
/// after every operation everything that can be read is compared with what it must be.
final class RandomBlocksModel {
  /// A sequence the manager knows.
  private static final class Live {
    TestSequence view;
    int written;
    boolean swapped;
    int[] table = new int[0];
    int revision = -1;

    Live(TestSequence view, int written) {
      this.view = view;
      this.written = written;
    }
  }

  private final SplittableRandom random;
  private final TestContext context;
  private final CacheMirror mirror = new CacheMirror();
  private final ChaosPolicy policy;
  private final PagedBlockSpaceManager manager;
  private final long[][] kv;
  private final BlockCopies copies = new BlockCopies();
  private final TreeMap<Integer, Live> live = new TreeMap<>();
  private final boolean constantHash;
  private final int alphabet;
  private boolean drained = true;
  int granted;
  int later;
  int matched;
  int swaps;
  int copied;

  RandomBlocksModel(long seed) {
    random = new SplittableRandom(seed);
    context = TestContext.sized(1 + random.nextInt(4), 1 + random.nextInt(24), 0);
    context.hostBlocks = random.nextInt(3) == 0 ? 0 : random.nextInt(16);
    context.watermark = random.nextInt(3) * 0.1;
    context.prefixSharing = random.nextInt(10) > 0;
    context.window = random.nextInt(4) == 0 ? 1 + random.nextInt(9) : 0;
    context.sinkTokens = random.nextInt(5);
    context.listeners.add(mirror);
    constantHash = random.nextInt(5) == 0;
    alphabet = 1 + random.nextInt(3);
    EvictionPolicy inner =
        switch (random.nextInt(4)) {
          case 0 -> new LruEviction(context.deviceBlocks, context.hostBlocks);
          case 1 -> new LfuEviction(context.deviceBlocks, context.hostBlocks);
          case 2 -> new PriorityTtlEviction(context.deviceBlocks, context.hostBlocks, 5);
          default -> null;
        };
    policy = new ChaosPolicy(random.split(), inner, context.deviceBlocks, mirror);
    manager = new PagedBlockSpaceManager(context, policy);
    kv = new long[context.deviceBlocks + context.hostBlocks][context.blockSize];
  }

  void run(int operations) {
    for (int i = 0; i < operations; i++) {
      context.now += random.nextInt(3);
      operate();
      if (random.nextBoolean()) {
        drain();
      }
      check();
    }
    finish();
  }

  private void operate() {
    List<Integer> ids = new ArrayList<>(live.keySet());
    int dice = random.nextInt(100);
    if (ids.isEmpty() || (dice < 22 && ids.size() < 7)) {
      admit();
      return;
    }
    int id = ids.get(random.nextInt(ids.size()));
    Live one = live.get(id);
    if (dice < 58) {
      launch(id, one);
    } else if (dice < 70) {
      commit(id, one);
    } else if (dice < 76) {
      truncate(id, one);
    } else if (dice < 81) {
      fork(id, one);
    } else if (dice < 89) {
      swap(id, one);
    } else if (dice < 98) {
      release(id);
    } else if (dice < 99) {
      manager.planning();
      drained = false;
    } else {
      Set<Integer> held = held();
      long idle = mirror.cached.keySet().stream().filter(b -> !held.contains(b)).count();
      assertEquals(idle, manager.clear());
    }
  }

  private int freeId() {
    int id = random.nextInt(9);
    while (live.containsKey(id)) {
      id = (id + 1) % 9;
    }
    return id;
  }

  private int[] randomTokens(int count) {
    return random.ints(count, 0, alphabet).toArray();
  }

  private void admit() {
    int bs = context.blockSize;
    int size = 2 + random.nextInt(Math.max(1, context.deviceBlocks * bs + bs));
    int known = 1 + random.nextInt(size);
    if (random.nextBoolean()) {
      known = Math.clamp(known / bs * bs + random.nextInt(3) - 1L, 1, size);
    }
    String scope = random.nextInt(3) == 0 ? "b" : "a";
    TestSequence view =
        new TestSequence(freeId(), bs, scope, random.nextInt(3), known, randomTokens(size));
    view.constantHash = constantHash;
    int tokens = random.nextBoolean() ? known : random.nextInt(known + 1);
    boolean others = !live.isEmpty();
    int expected = expectedMatch(view);
    assertEquals(expected, manager.peek(view), "peek of " + view);
    String before = state();
    int events = mirror.log.size();
    Reservation answer = manager.admit(view, tokens, others);
    if (answer != Reservation.GRANTED) {
      assertEquals(before, state(), "a refused admission changed something");
      assertEquals(events, mirror.log.size(), "a refused admission caused events");
      int need = Math.ceilDiv(size, bs);
      if (context.window == 0) {
        assertEquals(need > context.deviceBlocks, answer == Reservation.NEVER);
        assertTrue(answer == Reservation.NEVER || !live.isEmpty(), "LATER with an idle pool");
      }
      later++;
      return;
    }
    granted++;
    matched += expected;
    drained = false;
    assertEquals(expected, manager.computedTokens(view.id), "computed at admission");
    assertTrue(manager.tableLength(view.id) * bs >= Math.max(tokens, expected));
    live.put(view.id, new Live(view, expected));
  }

  private int expectedMatch(TestSequence view) {
    int bs = context.blockSize;
    int tokens = 0;
    while (context.prefixSharing
        && tokens + bs < view.length
        && mirror.caches(view.prefix(tokens + bs))) {
      tokens += bs;
    }
    return tokens;
  }

  /// Plans and runs a step: reserves, executes the copies, writes the positions.
  private void launch(int id, Live one) {
    if (one.swapped) {
      String before = state();
      try {
        manager.reserve(id, one.written + 1);
      } catch (IllegalStateException e) {
        assertTrue(e.getMessage().contains("sequence " + id), e.getMessage());
        assertEquals(before, state());
        return;
      }
      throw new AssertionError("reserved a swapped sequence");
    }
    int bs = context.blockSize;
    int to = Math.min(one.view.tokens.length, one.written + 1 + random.nextInt(2 * bs));
    int computed = manager.computedTokens(id);
    int available = manager.availableBlocks(Tier.DEVICE);
    int fresh = Math.max(0, Math.ceilDiv(to, bs) - manager.tableLength(id));
    String before = state();
    Reservation answer = manager.reserve(id, to);
    if (answer != Reservation.GRANTED) {
      assertEquals(before, state(), "a refused reservation changed something");
      assertTrue(fresh + 1 > available, "refused " + fresh + " of " + available);
      assertTrue(
          context.window > 0 || answer == Reservation.LATER || to > context.deviceBlocks * bs);
      later++;
      return;
    }
    drained = false;
    drain();
    int[] table = table(id);
    assertTrue(table.length * bs >= to);
    for (int block = computed / bs; block < Math.ceilDiv(to, bs) && computed < to; block++) {
      assertFalse(mirror.cached.containsKey(table[block]), "writes a cached block");
      for (Map.Entry<Integer, Live> other : live.entrySet()) {
        if (other.getKey() != id) {
          for (int held : table(other.getKey())) {
            assertTrue(held != table[block], "writes a block of another sequence");
          }
        }
      }
    }
    for (int position = computed; position < to; position++) {
      kv[table[position / bs]][position % bs] = one.view.prefix(position + 1);
    }
    one.written = to;
  }

  private void commit(int id, Live one) {
    if (one.swapped) {
      return;
    }
    int computed = manager.computedTokens(id);
    int to = computed + random.nextInt(one.written - computed + 1);
    if (random.nextInt(3) > 0) {
      to = one.written;
    }
    if (random.nextInt(3) > 0) {
      one.view.length = Math.max(one.view.length, Math.min(to + 1, one.view.tokens.length));
    }
    manager.commit(id, to);
    assertEquals(to, manager.computedTokens(id));
  }

  private void truncate(int id, Live one) {
    if (one.swapped) {
      return;
    }
    int computed = manager.computedTokens(id);
    int to = random.nextInt(3) == 0 ? random.nextInt(computed + 1) : computed;
    String before = state();
    try {
      manager.truncate(id, to);
    } catch (IllegalStateException e) {
      assertTrue(context.window > 0, e.getMessage());
      assertEquals(before, state());
      return;
    }
    assertEquals(Math.ceilDiv(to, context.blockSize), manager.tableLength(id));
    one.written = to;
    if (random.nextBoolean()) {
      one.view.length = Math.clamp(to, 1, one.view.length);
      for (int i = Math.max(to, one.view.length); i < one.view.tokens.length; i++) {
        one.view.tokens[i] = random.nextInt(alphabet);
      }
    }
  }

  private void fork(int id, Live one) {
    if (one.swapped || live.size() > 7) {
      return;
    }
    int computed = manager.computedTokens(id);
    int[] tokens = one.view.tokens.clone();
    for (int i = Math.max(1, computed); i < tokens.length; i++) {
      tokens[i] = random.nextInt(alphabet);
    }
    TestSequence child =
        new TestSequence(
            freeId(),
            context.blockSize,
            one.view.request.cacheScope(),
            0,
            Math.max(1, Math.min(computed, one.view.length)),
            tokens);
    child.constantHash = constantHash;
    int available = manager.availableBlocks(Tier.DEVICE);
    manager.fork(one.view, child);
    assertEquals(available, manager.availableBlocks(Tier.DEVICE), "a fork took blocks");
    assertEquals(computed, manager.computedTokens(child.id));
    live.put(child.id, new Live(child, computed));
  }

  private void swap(int id, Live one) {
    String before = state();
    int available = manager.availableBlocks(one.swapped ? Tier.DEVICE : Tier.HOST);
    long need = Arrays.stream(table(id)).filter(b -> b >= 0).count();
    Reservation answer = one.swapped ? manager.swapIn(id, false) : manager.swapOut(id);
    if (answer != Reservation.GRANTED) {
      assertEquals(before, state(), "a refused swap changed something");
      assertTrue(need > available || context.hostBlocks == 0, "refused without need");
      later++;
      return;
    }
    drained = false;
    swaps++;
    one.swapped = !one.swapped;
    for (int block : table(id)) {
      assertTrue(block < 0 || (block >= context.deviceBlocks) == one.swapped, "wrong tier");
    }
  }

  private void release(int id) {
    Live one = live.remove(id);
    manager.release(id, ReleaseReason.values()[random.nextInt(4)]);
    String before = state();
    try {
      manager.release(id, ReleaseReason.FINISHED);
    } catch (IllegalStateException e) {
      assertTrue(e.getMessage().contains("sequence " + id), e.getMessage());
      assertEquals(before, state());
      assertTrue(one.written >= 0);
      return;
    }
    throw new AssertionError("released twice");
  }

  private void drain() {
    manager.drainCopies(copies);
    for (int i = 0; i < copies.size(); i++) {
      kv[copies.target(i)] = kv[copies.source(i)].clone();
      copied++;
    }
    copies.clear();
    manager.drainCopies(copies);
    assertEquals(0, copies.size(), "a copy was handed out twice");
    drained = true;
  }

  private int[] table(int id) {
    int[] table = new int[manager.tableLength(id)];
    manager.copyTable(id, 0, table.length, MemorySegment.ofArray(table), 0);
    return table;
  }

  private Set<Integer> held() {
    Set<Integer> held = new HashSet<>();
    for (int id : live.keySet()) {
      Arrays.stream(table(id)).filter(b -> b >= 0).forEach(held::add);
    }
    return held;
  }

  private String state() {
    StringBuilder text = new StringBuilder();
    for (int id : live.keySet()) {
      text.append(id).append(Arrays.toString(table(id))).append(manager.computedTokens(id));
      text.append(' ').append(manager.tableRevision(id)).append('\n');
    }
    return text.append(mirror.log.size()).append(policy.evictable).toString();
  }

  private void check() {
    assertEquals(0, context.counted, "the policy was replaced");
    Set<Integer> held = held();
    for (Tier tier : Tier.values()) {
      long heldHere = held.stream().filter(b -> tier(b) == tier).count();
      long cachedHere = mirror.cached.keySet().stream().filter(b -> tier(b) == tier).count();
      assertEquals(manager.totalBlocks(tier) - heldHere, manager.availableBlocks(tier), "held");
      assertEquals(cachedHere, manager.cachedBlocks(tier), "cached " + tier);
    }
    checkEvictable(held);
    live.forEach(this::checkTable);
    if (drained) {
      mirror.cached.forEach((block, entry) ->
          assertTrue(Arrays.equals(entry.positions(), kv[block]), "a cached block is damaged"));
    }
  }

  private void checkEvictable(Set<Integer> held) {
    Map<Long, Integer> byPrefix = new HashMap<>();
    mirror.cached.forEach((block, entry) -> byPrefix.put(entry.prefix(), block));
    Set<Integer> continued = new HashSet<>();
    mirror.cached.forEach((block, entry) -> {
      Integer parent = entry.depth() == 0 ? null : byPrefix.get(entry.parent());
      assertTrue(entry.depth() == 0 || parent != null, "an orphan is cached");
      if (parent != null && tier(parent) == tier(block)) {
        continued.add(parent);
      }
    });
    Set<Integer> expected = new HashSet<>(mirror.cached.keySet());
    expected.removeAll(held);
    if (context.window == 0) {
      expected.removeAll(continued);
    }
    assertEquals(expected, policy.evictable.keySet(), "evictable");
  }

  private void checkTable(int id, Live one) {
    int bs = context.blockSize;
    int[] table = table(id);
    int computed = manager.computedTokens(id);
    if (manager.tableRevision(id) == one.revision) {
      int same = Math.min(table.length, one.table.length);
      assertTrue(
          Arrays.equals(table, 0, same, one.table, 0, same), "entries changed, revision did not");
    }
    one.table = table;
    one.revision = manager.tableRevision(id);
    long[] prefixes = drained ? one.view.prefixes(computed) : new long[0];
    Set<Integer> distinct = new HashSet<>();
    for (int entry = 0; entry < table.length; entry++) {
      int block = table[entry];
      assertTrue(block < 0 || distinct.add(block), "a block twice in one table");
      assertTrue(block < 0 || (tier(block) == Tier.HOST) == one.swapped);
      boolean unseen =
          context.window > 0
              && entry * bs >= context.sinkTokens
              && (entry + 1) * bs <= computed - context.window + 1;
      assertTrue(block >= 0 || unseen, "an entry is missing");
      assertTrue(block < 0 || !unseen, "still holds what it cannot see");
      for (int i = 0; drained && block >= 0 && i < bs && entry * bs + i < computed; i++) {
        if (kv[block][i] != prefixes[entry * bs + i + 1]) {
          throw new AssertionError("wrong KV of " + id + " at block " + entry + " position " + i);
        }
      }
    }
  }

  private Tier tier(int block) {
    return block < context.deviceBlocks ? Tier.DEVICE : Tier.HOST;
  }

  private void finish() {
    new ArrayList<>(live.keySet()).forEach(this::release);
    check();
    drain();
    int bs = context.blockSize;
    int[] tokens = new int[context.deviceBlocks * bs];
    Arrays.fill(tokens, 99);
    TestSequence all = TestSequence.of(0, bs, tokens);
    if (context.window == 0) {
      assertEquals(Reservation.GRANTED, manager.admit(all, tokens.length, false));
      live.put(0, new Live(all, 0));
      drain();
      check();
      release(0);
    }
    manager.clear();
    check();
    assertEquals(Set.of(), mirror.cached.keySet());
    assertEquals(Set.of(), policy.evictable.keySet());
  }
}
