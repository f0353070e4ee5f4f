/// A request as plugins see it: a group of sequences of one prompt, its sampling, its hints.
@NullMarked
package dev.jacquard.spi.request;

import org.jspecify.annotations.NullMarked;
