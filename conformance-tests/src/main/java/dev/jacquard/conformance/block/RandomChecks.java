package dev.jacquard.conformance.block;

import static dev.jacquard.conformance.Rule.BSM_1;
import static dev.jacquard.conformance.Rule.BSM_10;
import static dev.jacquard.conformance.Rule.BSM_11;
import static dev.jacquard.conformance.Rule.BSM_12;
import static dev.jacquard.conformance.Rule.BSM_13;
import static dev.jacquard.conformance.Rule.BSM_15;
import static dev.jacquard.conformance.Rule.BSM_16;
import static dev.jacquard.conformance.Rule.BSM_17;
import static dev.jacquard.conformance.Rule.BSM_18;
import static dev.jacquard.conformance.Rule.BSM_19;
import static dev.jacquard.conformance.Rule.BSM_2;
import static dev.jacquard.conformance.Rule.BSM_20;
import static dev.jacquard.conformance.Rule.BSM_21;
import static dev.jacquard.conformance.Rule.BSM_24;
import static dev.jacquard.conformance.Rule.BSM_25;
import static dev.jacquard.conformance.Rule.BSM_26;
import static dev.jacquard.conformance.Rule.BSM_27;
import static dev.jacquard.conformance.Rule.BSM_29;
import static dev.jacquard.conformance.Rule.BSM_3;
import static dev.jacquard.conformance.Rule.BSM_30;
import static dev.jacquard.conformance.Rule.BSM_31;
import static dev.jacquard.conformance.Rule.BSM_4;
import static dev.jacquard.conformance.Rule.BSM_5;
import static dev.jacquard.conformance.Rule.BSM_6;
import static dev.jacquard.conformance.Rule.BSM_7;
import static dev.jacquard.conformance.Rule.BSM_8;
import static dev.jacquard.conformance.Rule.BSM_9;
import static dev.jacquard.conformance.block.SpaceTheme.ANY;
import static dev.jacquard.conformance.block.SpaceTheme.ERRORS;
import static dev.jacquard.conformance.block.SpaceTheme.FLIGHT;
import static dev.jacquard.conformance.block.SpaceTheme.FORKS;
import static dev.jacquard.conformance.block.SpaceTheme.HOUSEKEEPING;
import static dev.jacquard.conformance.block.SpaceTheme.PREFIXES;
import static dev.jacquard.conformance.block.SpaceTheme.SWAPS;
import static dev.jacquard.conformance.block.SpaceTheme.TIGHT;
import static dev.jacquard.conformance.block.SpaceTheme.WINDOWS;

import dev.jacquard.conformance.Check;
import java.util.List;

/// Random lives, each looking for one rule.
final class RandomChecks {
  private RandomChecks() {}

  static List<Check<ManagerUnderTest>> all() {
    return List.of(
        RandomLives.of(
            BSM_1,
            ANY,
            "held, idle and free blocks add up",
            "a block is freed twice, once for each list it stands in",
            "a refused call keeps blocks"),
        RandomLives.of(
            BSM_1,
            SWAPS,
            "held, idle and free blocks of both tiers add up",
            "the source of a move is not freed",
            "a host block is counted as a device block"),
        RandomLives.of(
            BSM_2, FORKS, "a block has one writer", "copy-on-write looks at the wrong block"),
        RandomLives.of(BSM_2, TIGHT, "a block has one writer", "a free list holds a block twice"),
        RandomLives.of(
            BSM_3,
            FLIGHT,
            "only full, committed blocks are shared",
            "blocks are cached when they are reserved",
            "length() is taken for what is committed"),
        RandomLives.of(
            BSM_4,
            PREFIXES,
            "a match is whole blocks below length()",
            "a prompt that is cached whole is matched whole"),
        RandomLives.of(
            BSM_5, PREFIXES, "cache scopes are kept apart", "the root of the tree has no scope"),
        RandomLives.of(
            BSM_6,
            PREFIXES,
            "tokens are compared, not only hashes",
            "the hash is trusted",
            "only the last block's tokens are compared"),
        RandomLives.of(
            BSM_7,
            TIGHT,
            "a refused wish changes nothing",
            "blocks are evicted before it is known that they suffice",
            "what was taken is not given back"),
        RandomLives.of(BSM_7, SWAPS, "a refused swap changes nothing", "half a sequence was moved"),
        RandomLives.of(
            BSM_8,
            TIGHT,
            "NEVER and LATER are told apart",
            "what is available now is taken for what the pool has"),
        RandomLives.of(
            BSM_8,
            WINDOWS,
            "NEVER and LATER are told apart under a window",
            "the whole length is counted although the window gives blocks up"),
        RandomLives.of(
            BSM_9,
            ANY,
            "release gives everything back, once",
            "blocks that a window gave up are counted again"),
        RandomLives.of(
            BSM_10,
            FLIGHT,
            "truncate frees exactly what lies above the mark",
            "the block of the mark is freed",
            "one block too many is kept"),
        RandomLives.of(
            BSM_11,
            ANY,
            "tables are stable and changes are reported",
            "the revision is not raised by copy-on-write"),
        RandomLives.of(BSM_12, SWAPS, "copies are drained once", "the list is not cleared"),
        RandomLives.of(
            BSM_13,
            TIGHT,
            "held blocks stay and available ones can be had",
            "an idle block below a held one cannot be evicted"),
        RandomLives.of(
            BSM_13,
            SWAPS,
            "held blocks stay and available ones can be had, in two tiers",
            "a victim is chosen without looking who holds it"),
        RandomLives.of(
            BSM_15,
            TIGHT,
            "the watermark stays free",
            "floor instead of ceil",
            "the blocks that length() needs are not counted"),
        RandomLives.of(
            BSM_15, SWAPS, "the watermark stays free at swapIn", "swapIn forgets the watermark"),
        RandomLives.of(
            BSM_16,
            FORKS,
            "forks share until one writes",
            "the partial block is copied by neither",
            "a fork takes a free block"),
        RandomLives.of(
            BSM_17,
            SWAPS,
            "a swapped sequence comes back as it was",
            "another sequence's content is restored",
            "blocks that others hold are moved away"),
        RandomLives.of(
            BSM_18, ANY, "the events paint an exact picture", "an eviction tells nobody"),
        RandomLives.of(
            BSM_18,
            PREFIXES,
            "the events of prefixes paint an exact picture",
            "a duplicate is stored twice",
            "hits are told for computed blocks"),
        RandomLives.of(
            BSM_18,
            SWAPS,
            "the events of two tiers paint an exact picture",
            "a move between tiers tells nobody"),
        RandomLives.of(BSM_19, PREFIXES, "peek has no effects", "peek holds what it finds"),
        RandomLives.twice(
            BSM_19,
            "peek between calls changes nothing later",
            true,
            "peek renews the last use of what it finds"),
        RandomLives.of(
            BSM_20,
            HOUSEKEEPING,
            "clear forgets what nobody holds",
            "the host tier is left out",
            "held blocks are forgotten too"),
        RandomLives.of(
            BSM_21,
            WINDOWS,
            "windows give up what is unseen and keep the sinks",
            "rounding of the first visible block",
            "sinks that do not fill a block"),
        RandomLives.of(
            BSM_24,
            FLIGHT,
            "positions above computedTokens are unwritten",
            "a cached block is written into after truncate"),
        RandomLives.of(
            BSM_24,
            FORKS,
            "positions above computedTokens are unwritten, with forks",
            "a shared block is written into"),
        RandomLives.of(
            BSM_25,
            FLIGHT,
            "commit grows within what is reserved",
            "tokens that are not known yet are counted out"),
        RandomLives.of(
            BSM_26,
            ERRORS,
            "protocol errors are refused without effect",
            "the state changes before the arguments are checked"),
        RandomLives.of(BSM_27, FORKS, "copies in order leave the right KV", "a copy is lost"),
        RandomLives.of(
            BSM_27,
            SWAPS,
            "copies in order leave the right KV, in two tiers",
            "a block is overwritten before the copy that reads it"),
        RandomLives.of(
            BSM_29,
            PREFIXES,
            "the longest cached prefix is matched",
            "blocks of the host tier are not looked for"),
        RandomLives.twice(
            BSM_30,
            "two lives of the same calls are the same",
            false,
            "iteration over a hash map of objects",
            "the time of day",
            "static state"),
        RandomLives.of(
            BSM_31,
            HOUSEKEEPING,
            "planning takes nothing away",
            "prefetches take blocks below the watermark"));
  }
}
