/// Errors that cross the SPI: one sealed exception, codes with a kind that says who must act.
@NullMarked
package dev.jacquard.spi.error;

import org.jspecify.annotations.NullMarked;
