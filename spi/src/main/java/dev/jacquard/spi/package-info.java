/// What every contract shares: the version, configuration, clock, metrics, availability.
@NullMarked
package dev.jacquard.spi;

import org.jspecify.annotations.NullMarked;
