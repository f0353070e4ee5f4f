package dev.jacquard.engine.policy;

import java.util.Arrays;

/// The waiting prompts as a radix tree over the hashes of their blocks: a node is a run of blocks
/// that the same sequences begin with, a sequence ends where a node ends.
///
/// What a node *offers* is the first in rank of each group among the sequences below it, if all
/// blocks above the node are cached. There are two cases, and the offers of a node follow from its
/// own state alone:
///
/// - A block of the run is missing. Then all below have the same match, and the offers come from
///   `below`, all sequences of the node by weight and length; there are none while a running
///   sequence produces the missing block and others are held for it.
/// - The run is cached. Then the offers come from `choices`, the sequences that end here and the
///   offers of the children.
///
/// So a block that comes or goes changes its node, and the nodes above it as long as their offers
/// change: O(groups * log n) each, however many sequences share the block. Both sets are kept in
/// both cases, which is what makes a hole in the middle of a chain as cheap as its end.
final class PrefixTree {
  /// The node of no blocks, always cached.
  static final int ROOT = 0;

  private static final int NONE = -1;

  private final PrefixOrder order;
  private final Ranks ranks;
  private final PromptBlocks blocks;
  private final OldestInRange sets;
  private final OfferLists lists = new OfferLists();
  // by node
  private int[] parent = new int[0];
  private int[] first = new int[0];
  private int[] missing = new int[0];
  private int[] end = new int[0];
  private int[] sequences = new int[0];
  private int[] below = new int[0];
  private int[] choices = new int[0];
  private int[] offers = new int[0];
  private int freeNodes = NONE;
  // by group: what a node should offer, while it is found out
  private final int[] wanted;
  private final int[] wantedKey;
  private final int[] heads;
  private int changedFrom;
  private int changedTo;

  PrefixTree(PrefixOrder order, Ranks ranks, PromptBlocks blocks) {
    this.order = order;
    this.ranks = ranks;
    this.blocks = blocks;
    sets = new OldestInRange(ranks);
    wanted = new int[order.groups()];
    wantedKey = new int[order.groups()];
    heads = new int[order.groups()];
    Arrays.fill(wanted, NONE);
    Arrays.fill(heads, NONE);
    node(NONE, NONE, 0);
  }

  /// By group the sequence that is first in rank now, or -1. Read only.
  int[] heads() {
    return heads;
  }

  /// The parent of a node, -1 of the root.
  int parent(int node) {
    return parent[node];
  }

  /// Blocks from the root to the end of the node.
  int end(int node) {
    return end[node];
  }

  /// The first block of the node that is not cached, or -1.
  int missing(int node) {
    return missing[node];
  }

  /// The first block of the node, -1 at the root.
  int first(int node) {
    return first[node];
  }

  /// Sequence `id`, ending in `leaf`, may be chosen from now on (`joins`) or no longer.
  ///
  /// @param itsKey of the sequence when its blocks are all cached
  void change(boolean joins, int leaf, int id, double weight, int length, int itsKey) {
    int at = order.group(weight, length, end[leaf]);
    choices[leaf] =
        joins ? sets.add(choices[leaf], at, 0, id, itsKey) : sets.remove(choices[leaf], at, 0, id);
    boolean dirty = missing[leaf] == NONE;
    changedFrom = at;
    changedTo = at;
    for (int node = leaf; node != NONE; node = parent[node]) {
      if (node != ROOT) {
        below[node] =
            joins
                ? sets.add(below[node], weight, length, id, 0)
                : sets.remove(below[node], weight, length, id);
      }
      if (missing[node] != NONE) {
        int here = order.group(weight, length, blocks.depth(missing[node]));
        dirty = refresh(node, here, here);
      } else if (dirty) {
        dirty = refresh(node, changedFrom, changedTo);
      }
    }
  }

  /// The node under `node` whose run begins with a hash, or -1.
  int child(int node, int hashNumber) {
    for (int cell = blocks.cells(hashNumber); cell != NONE; cell = blocks.nextCell(cell)) {
      int candidate = blocks.node(cell);
      if (first[candidate] == cell && parent[candidate] == node) {
        return candidate;
      }
    }
    return NONE;
  }

  /// A new node without blocks under `above`; [#append] them and [#complete] it.
  int child(int above) {
    return node(above, NONE, end[above]);
  }

  /// Adds a block behind `last`, the last of `node` or -1; the new cell.
  int append(int node, int last, int hashNumber) {
    int cell = blocks.place(hashNumber, node, end[node]++);
    if (last == NONE) {
      first[node] = cell;
    } else {
      blocks.follow(last, cell);
    }
    return cell;
  }

  /// A new node has all its blocks.
  void complete(int node) {
    missing[node] = blocks.missing(first[node]);
  }

  /// Parts the node of `last` behind it; the new node, which has the blocks up to `last`. What was
  /// below the old node is below both, and is shared until it differs.
  int split(int last) {
    int lower = blocks.node(last);
    int cut = blocks.following(last);
    int upper = node(parent[lower], first[lower], blocks.depth(last) + 1);
    withdraw(lower);
    blocks.follow(last, NONE);
    for (int cell = first[upper]; cell != NONE; cell = blocks.following(cell)) {
      blocks.move(cell, upper);
    }
    int lacks = missing[lower];
    boolean above = lacks != NONE && blocks.depth(lacks) < end[upper];
    missing[upper] = above ? lacks : NONE;
    missing[lower] = above ? blocks.missing(cut) : lacks;
    first[lower] = cut;
    parent[lower] = upper;
    sequences[upper] = sequences[lower];
    below[upper] = sets.share(below[lower]);
    settle(lower);
    settle(upper);
    return upper;
  }

  /// One sequence more (or, with -1, less) ends in `leaf`; nodes without sequences vanish.
  void count(int leaf, int change) {
    for (int node = leaf; node != ROOT; ) {
      int above = parent[node];
      sequences[node] += change;
      if (sequences[node] == 0) {
        blocks.unplace(first[node]);
        parent[node] = freeNodes;
        freeNodes = node;
      }
      node = above;
    }
  }

  /// The block of `cell` is cached now.
  void stored(int cell) {
    int node = blocks.node(cell);
    if (missing[node] == cell) {
      missing[node] = blocks.missing(cell);
      settle(node);
    }
  }

  /// The block of `cell` is cached no more.
  void removed(int cell) {
    int node = blocks.node(cell);
    if (missing[node] == NONE || blocks.depth(cell) < blocks.depth(missing[node])) {
      missing[node] = cell;
      settle(node);
    }
  }

  /// The block of `cell` got its first producer or lost its last.
  void produced(int cell) {
    int node = blocks.node(cell);
    if (missing[node] == cell) {
      settle(node);
    }
  }

  /// Comparisons made so far.
  long comparisons() {
    return sets.comparisons();
  }

  /// Nodes, offers and entries of sets in use: 1, the root, when nothing waits.
  int size() {
    int used = parent.length + lists.size() + sets.size();
    for (int node = freeNodes; node != NONE; node = parent[node]) {
      used--;
    }
    return used;
  }

  /// Brings the offers of `node` up to date, and those above that depend on them.
  private void settle(int node) {
    changedFrom = 0;
    changedTo = wanted.length - 1;
    for (int at = node;
        refresh(at, changedFrom, changedTo) && at != ROOT && missing[parent[at]] == NONE; ) {
      at = parent[at];
    }
  }

  /// Brings the offers of groups `from` to `to` up to date; whether any changed, and then the first
  /// and the last that did in `changedFrom` and `changedTo`.
  private boolean refresh(int node, int from, int to) {
    if (missing[node] == NONE) {
      wantChoices(choices[node], from, to);
    } else if (!blocks.isProduced(missing[node])) {
      wantBelow(below[node], blocks.depth(missing[node]), from, to);
    }
    int before = NONE;
    int offer = offers[node];
    while (offer != NONE && lists.group(offer) < from) {
      before = offer;
      offer = lists.next(offer);
    }
    boolean changed = false;
    for (int at = from; at <= to; at++) {
      boolean has = offer != NONE && lists.group(offer) == at;
      int id = wanted[at];
      wanted[at] = NONE;
      if (!has && id == NONE) {
        continue;
      }
      if (!has || lists.sequence(offer) != id || lists.key(offer) != wantedKey[at]) {
        changedFrom = changed ? changedFrom : at;
        changedTo = at;
        changed = true;
        if (has) {
          offer = retract(node, before, offer);
        }
        before = id == NONE ? before : offer(node, before, at, id);
      } else {
        before = offer;
        offer = lists.next(offer);
      }
    }
    return changed;
  }

  private void wantChoices(int set, int from, int to) {
    for (int at = sets.from(set, from, 0); at != NONE && sets.major(at) <= to; ) {
      int groupHere = (int) sets.major(at);
      want(groupHere, sets.oldest(set, groupHere, 0, 1), 0);
      at = sets.from(set, groupHere + 1, 0);
    }
  }

  private void wantBelow(int set, int matched, int from, int to) {
    for (int at = sets.from(set, Double.NEGATIVE_INFINITY, 0); at != NONE; ) {
      double weight = sets.major(at);
      int shortest = from == 0 ? 0 : order.end(weight, from - 1, matched);
      if (sets.minor(at) < shortest) {
        at = sets.from(set, weight, shortest);
        continue;
      }
      int groupHere = order.group(weight, sets.minor(at), matched);
      int longer = Integer.MAX_VALUE;
      if (groupHere <= to) {
        longer = order.end(weight, groupHere, matched);
        want(groupHere, sets.oldest(set, weight, sets.minor(at), longer), order.key(matched));
      }
      at = sets.from(set, weight, longer);
    }
  }

  private void want(int groupHere, int entry, int matchKey) {
    int id = sets.sequence(entry);
    if (wanted[groupHere] == NONE || ranks.older(id, wanted[groupHere])) {
      wanted[groupHere] = id;
      wantedKey[groupHere] = matchKey + sets.key(entry);
    }
  }

  private int offer(int node, int before, int toGroup, int id) {
    int offer = lists.add(toGroup, id, wantedKey[toGroup], after(node, before));
    chain(node, before, offer);
    if (node == ROOT) {
      heads[toGroup] = id;
    } else {
      choices[parent[node]] = sets.add(choices[parent[node]], toGroup, 0, id, wantedKey[toGroup]);
    }
    return offer;
  }

  /// Takes back the offer behind `before`; the one behind it.
  private int retract(int node, int before, int offer) {
    chain(node, before, lists.next(offer));
    if (node == ROOT) {
      heads[lists.group(offer)] = NONE;
    } else {
      choices[parent[node]] =
          sets.remove(choices[parent[node]], lists.group(offer), 0, lists.sequence(offer));
    }
    return lists.drop(offer);
  }

  private int after(int node, int offer) {
    return offer == NONE ? offers[node] : lists.next(offer);
  }

  private void chain(int node, int before, int offer) {
    if (before == NONE) {
      offers[node] = offer;
    } else {
      lists.follow(before, offer);
    }
  }

  private void withdraw(int node) {
    for (int offer = offers[node]; offer != NONE; ) {
      offer = retract(node, NONE, offer);
    }
  }

  private int node(int above, int firstCell, int itsEnd) {
    if (freeNodes == NONE) {
      growNodes();
    }
    int node = freeNodes;
    freeNodes = parent[node];
    parent[node] = above;
    first[node] = firstCell;
    missing[node] = NONE;
    end[node] = itsEnd;
    sequences[node] = 0;
    below[node] = OldestInRange.EMPTY;
    choices[node] = OldestInRange.EMPTY;
    offers[node] = NONE;
    return node;
  }

  private void growNodes() {
    int from = parent.length;
    int length = Math.max(64, from * 2);
    parent = Arrays.copyOf(parent, length);
    first = Arrays.copyOf(first, length);
    missing = Arrays.copyOf(missing, length);
    end = Arrays.copyOf(end, length);
    sequences = Arrays.copyOf(sequences, length);
    below = Arrays.copyOf(below, length);
    choices = Arrays.copyOf(choices, length);
    offers = Arrays.copyOf(offers, length);
    for (int node = length - 1; node >= from; node--) {
      parent[node] = freeNodes;
      freeNodes = node;
    }
  }
}
