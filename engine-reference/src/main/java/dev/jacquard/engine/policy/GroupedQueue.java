package dev.jacquard.engine.policy;

import dev.jacquard.spi.request.SequenceView;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Waiting sequences by group (a tenant, a program), the group with the least attained service
/// first, oldest sequence of it first. Charging a group moves the group alone, so that service may
/// grow while thousands of its sequences wait: O(log n).
///
/// A group's service is remembered after its last sequence left, for the [#REMEMBERED] groups seen
/// last.
final class GroupedQueue {
  /// Idle groups that are remembered.
  static final int REMEMBERED = 65_536;

  /// One group.
  static final class Group {
    private final int slot;
    private final IndexedHeap members;
    private double service;
    private int alive;

    private Group(int slot, IndexedHeap members) {
      this.slot = slot;
      this.members = members;
    }

    double service() {
      return service;
    }

    /// Whether nothing of it waits or runs.
    boolean idle() {
      return alive == 0;
    }
  }

  private final Ranks ranks = new Ranks();
  private final Ranks groupRanks = new Ranks();
  private final IndexedHeap order = new IndexedHeap(groupRanks);
  private final Map<Object, Group> groups = new LinkedHashMap<>(64, 0.75f, true);
  private @Nullable Group[] groupOf = new Group[0];
  private @Nullable Group[] bySlot = new Group[0];
  private int slots;

  /// The group of `key`, made if it is new.
  Group group(Object key) {
    Group known = groups.get(key);
    if (known != null) {
      return known;
    }
    int slot = groups.size() < REMEMBERED ? slots : forgetOne();
    slots = Math.max(slots, slot + 1);
    Group group = new Group(slot, new IndexedHeap(ranks));
    groups.put(key, group);
    bySlot = room(bySlot, slot);
    bySlot[slot] = group;
    return group;
  }

  private int forgetOne() {
    for (Iterator<Group> i = groups.values().iterator(); i.hasNext(); ) {
      Group group = i.next();
      if (group.idle()) {
        i.remove();
        return group.slot;
      }
    }
    return slots;
  }

  /// `sequence` of `group` lives, waiting or running, until [#end].
  void begin(SequenceView sequence, Group group) {
    groupOf = room(groupOf, sequence.id());
    groupOf[sequence.id()] = group;
    ranks.set(sequence, 0);
    group.alive++;
  }

  /// The group of a sequence that lives.
  Group groupOf(int sequence) {
    Group group = sequence < groupOf.length ? groupOf[sequence] : null;
    if (group == null) {
      throw new IllegalStateException("sequence " + sequence + " belongs to no group");
    }
    return group;
  }

  /// A living sequence waits.
  void add(int sequence) {
    Group group = groupOf(sequence);
    group.members.add(sequence);
    if (group.members.size() == 1) {
      groupRanks.set(group.slot, group.service, 0, group.slot);
      order.add(group.slot);
    }
  }

  /// A living sequence waits no more; no effect if it does not wait.
  void remove(int sequence) {
    Group group = groupOf(sequence);
    group.members.remove(sequence);
    if (group.members.size() == 0) {
      order.remove(group.slot);
    }
  }

  /// A sequence that does not wait lives no more.
  void end(int sequence) {
    groupOf(sequence).alive--;
    groupOf[sequence] = null;
  }

  /// The oldest waiting sequence of the group served least, or -1.
  int first() {
    Group group = order.first() < 0 ? null : bySlot[order.first()];
    return group == null ? -1 : group.members.first();
  }

  /// Adds to a group's service, or takes back what was charged too much.
  void charge(Group group, double amount) {
    group.service += amount;
    if (order.contains(group.slot)) {
      order.rekey(group.slot, group.service);
    }
  }

  /// Comparisons made so far.
  long comparisons() {
    long sum = order.comparisons();
    for (Group group : groups.values()) {
      sum += group.members.comparisons();
    }
    return sum;
  }

  private static @Nullable Group[] room(@Nullable Group[] groups, int index) {
    return index < groups.length
        ? groups
        : Arrays.copyOf(groups, Math.max(index + 1, Math.max(64, groups.length * 2)));
  }
}
