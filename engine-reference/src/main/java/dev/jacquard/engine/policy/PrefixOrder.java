package dev.jacquard.engine.policy;

/// How a policy sorts waiting sequences that have the same number of cached blocks: into groups, of
/// each of which only the first in rank can be chosen next.
interface PrefixOrder {
  /// Groups, numbered from 0.
  int groups();

  /// The group of a sequence of `length` tokens with `matched` cached blocks; it never falls when
  /// `length` grows.
  int group(double weight, int length, int matched);

  /// The least length whose group is behind `group`, [Integer#MAX_VALUE] for none.
  int end(double weight, int group, int matched);

  /// Rank within a group before age, smaller first.
  int key(int matched);
}
