/// The reference block space manager: paged KV memory in two tiers, prefixes shared by content, eviction by a pluggable policy.
@NullMarked
package dev.jacquard.engine.block;

import org.jspecify.annotations.NullMarked;
