/// The checks of block managers and eviction policies try themselves on broken ones.
@NullMarked
package dev.jacquard.conformance.block;

import org.jspecify.annotations.NullMarked;
