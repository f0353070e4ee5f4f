/// From logits to a token: penalties, temperature, truncation, draw, and what is reported about it.
@NullMarked
package dev.jacquard.engine.sampling;

import org.jspecify.annotations.NullMarked;
