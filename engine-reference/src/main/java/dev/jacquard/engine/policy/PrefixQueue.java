package dev.jacquard.engine.policy;

import dev.jacquard.spi.request.SequenceView;
import java.util.Arrays;

/// Waiting sequences in an order that depends on how many leading blocks of each are cached now,
/// kept exact by the events of the cache instead of by look-ups. An event costs the same whether
/// one sequence or thousands contain its block, see [PrefixTree]. Entering and leaving cost
/// O(blocks of the sequence). Hashes are taken at their word: a collision costs a wrong estimate,
/// never a wrong token.
///
/// A sequence that was granted may turn into a *producer*: it runs and will store the blocks it
/// lacked, so that others whose next block is one of them do better to wait for it. They are
/// *held*.
final class PrefixQueue {
  private static final int NONE = -1;

  private final int blockSize;
  private final PrefixOrder order;
  private final PromptBlocks blocks = new PromptBlocks();
  private final PrefixTree tree;
  // by sequence
  private int[] leaf = new int[0];
  private int[] length = new int[0];
  private int[] credit = new int[0];
  private int[] producing = new int[0];
  private double[] weight = new double[0];
  private boolean[] listed = new boolean[0];
  // by link: one for each block that a running sequence produces
  private int[] produced = new int[0];
  private int[] nextProduced = new int[0];
  private int freeLinks = NONE;

  /// @param ranks who goes before whom; a sequence is ranked before it enters and keeps its rank
  PrefixQueue(int blockSize, PrefixOrder order, Ranks ranks) {
    this.blockSize = blockSize;
    this.order = order;
    tree = new PrefixTree(order, ranks, blocks);
  }

  /// Queues a ranked sequence with the tokens it has now.
  void enter(SequenceView sequence, double itsWeight) {
    int id = sequence.id();
    leave(id);
    length[id] = sequence.length();
    weight[id] = itsWeight;
    credit[id] = 0;
    leaf[id] = path(sequence);
    tree.count(leaf[id], 1);
    list(id);
  }

  /// Queues a ranked sequence that needs nothing of the cache, but counts as if `matched` blocks of
  /// it and all its `tokens` were known.
  void enter(int id, int tokens, double itsWeight, int matched) {
    leave(id);
    length[id] = tokens;
    weight[id] = itsWeight;
    credit[id] = matched;
    leaf[id] = PrefixTree.ROOT;
    list(id);
  }

  /// Puts a sequence back that was taken out; no effect if it is there.
  void list(int id) {
    if (!listed[id]) {
      listed[id] = true;
      change(id);
    }
  }

  /// Takes a sequence out that waits on; its match is still kept. No effect if it is not there.
  void unlist(int id) {
    if (id < leaf.length && listed[id]) {
      listed[id] = false;
      change(id);
    }
  }

  private void change(int id) {
    int key = order.key(tree.end(leaf[id]) + credit[id]);
    tree.change(listed[id], leaf[id], id, weight[id], length[id], key);
  }

  /// By group the sequence that is first, or -1; read only. Those held or taken out are not in it.
  int[] heads() {
    return tree.heads();
  }

  /// Leading blocks cached now, 0 for one that does not wait.
  int matched(int id) {
    if (id >= leaf.length || leaf[id] == NONE) {
      return 0;
    }
    int matched = tree.end(leaf[id]);
    for (int node = leaf[id]; node != PrefixTree.ROOT; node = tree.parent(node)) {
      if (tree.missing(node) != NONE) {
        matched = blocks.depth(tree.missing(node));
      }
    }
    return matched;
  }

  /// `id` runs: it waits no more, and produces the blocks it lacks.
  void produce(int id) {
    unlist(id);
    int lacks = lacking(id);
    for (int node = leaf[id]; lacks != NONE; node = tree.parent(node)) {
      boolean last = blocks.node(lacks) == node;
      int from = last ? lacks : tree.first(node);
      for (int cell = from; cell != NONE; cell = blocks.following(cell)) {
        link(id, blocks.numberOf(cell));
      }
      lacks = last ? NONE : lacks;
    }
    for (int link = producing[id]; link != NONE; link = nextProduced[link]) {
      if (blocks.produced(produced[link])) {
        tellProduced(produced[link]);
      }
    }
    quit(id);
  }

  /// The first block on the way to a sequence that is not cached, or -1.
  private int lacking(int id) {
    int lacks = NONE;
    for (int node = leaf[id]; node != PrefixTree.ROOT; node = tree.parent(node)) {
      lacks = tree.missing(node) != NONE ? tree.missing(node) : lacks;
    }
    return lacks;
  }

  /// Forgets `id`, whether it waited or produced.
  void leave(int id) {
    if (id >= leaf.length) {
      grow(id);
    }
    unlist(id);
    quit(id);
    int link = producing[id];
    producing[id] = NONE;
    while (link != NONE) {
      int hash = produced[link];
      if (blocks.produces(hash)) {
        tellProduced(hash);
        blocks.forget(hash);
      }
      int after = nextProduced[link];
      nextProduced[link] = freeLinks;
      freeLinks = link;
      link = after;
    }
  }

  private void quit(int id) {
    if (leaf[id] != NONE) {
      tree.count(leaf[id], -1);
      leaf[id] = NONE;
    }
  }

  /// A block of `hash` is cached.
  void stored(long hash) {
    int first = blocks.stored(hash);
    if (first != NONE) {
      for (int cell = blocks.cells(first); cell != NONE; cell = blocks.nextCell(cell)) {
        tree.stored(cell);
      }
    }
  }

  /// A block of `hash` is no longer cached.
  void removed(long hash) {
    int last = blocks.removed(hash);
    if (last != NONE) {
      for (int cell = blocks.cells(last); cell != NONE; cell = blocks.nextCell(cell)) {
        tree.removed(cell);
      }
      blocks.forget(last);
    }
  }

  /// Hashes, nodes and entries in use: 1 when nothing is cached, waits or runs.
  int size() {
    return blocks.size() + tree.size();
  }

  /// Comparisons made so far.
  long comparisons() {
    return tree.comparisons();
  }

  private void tellProduced(int hash) {
    for (int cell = blocks.cells(hash); cell != NONE; cell = blocks.nextCell(cell)) {
      tree.produced(cell);
    }
  }

  /// The node that ends with the blocks of `sequence`, made if it is not there.
  private int path(SequenceView sequence) {
    int node = PrefixTree.ROOT;
    int last = NONE; // the last block found, of `node`
    int block = 0;
    for (; (block + 1) * blockSize < sequence.length(); block++) {
      int hash = blocks.number(sequence.blockHash(block));
      int below = last == NONE ? NONE : blocks.following(last);
      if (below != NONE && blocks.numberOf(below) == hash) {
        last = below;
        continue;
      }
      if (below != NONE) {
        node = tree.split(last);
      }
      int child = tree.child(node, hash);
      if (child == NONE) {
        return branch(sequence, block, node, hash);
      }
      node = child;
      last = tree.first(node);
    }
    return last == NONE || blocks.following(last) == NONE ? node : tree.split(last);
  }

  private int branch(SequenceView sequence, int from, int above, int firstHash) {
    int node = tree.child(above);
    int last = tree.append(node, NONE, firstHash);
    for (int block = from + 1; (block + 1) * blockSize < sequence.length(); block++) {
      last = tree.append(node, last, blocks.number(sequence.blockHash(block)));
    }
    tree.complete(node);
    return node;
  }

  private void link(int id, int hash) {
    if (freeLinks == NONE) {
      growLinks();
    }
    int link = freeLinks;
    freeLinks = nextProduced[link];
    produced[link] = hash;
    nextProduced[link] = producing[id];
    producing[id] = link;
  }

  private void growLinks() {
    int from = produced.length;
    int longer = Math.max(256, from * 2);
    produced = Arrays.copyOf(produced, longer);
    nextProduced = Arrays.copyOf(nextProduced, longer);
    for (int link = longer - 1; link >= from; link--) {
      nextProduced[link] = freeLinks;
      freeLinks = link;
    }
  }

  private void grow(int id) {
    int from = leaf.length;
    int longer = Math.max(id + 1, Math.max(64, from * 2));
    leaf = Arrays.copyOf(leaf, longer);
    length = Arrays.copyOf(length, longer);
    credit = Arrays.copyOf(credit, longer);
    producing = Arrays.copyOf(producing, longer);
    weight = Arrays.copyOf(weight, longer);
    listed = Arrays.copyOf(listed, longer);
    Arrays.fill(leaf, from, longer, NONE);
    Arrays.fill(producing, from, longer, NONE);
  }
}
