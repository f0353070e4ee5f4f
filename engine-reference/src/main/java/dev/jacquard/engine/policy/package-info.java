/// Orders of eviction and of scheduling for the paged mechanism and for continuous batching. They know the SPI alone, so that a plugin could hold any of them.
@NullMarked
package dev.jacquard.engine.policy;

import org.jspecify.annotations.NullMarked;
