/// Which sequences run in the next step, with how many tokens. Rules SCH and SCP.
@NullMarked
package dev.jacquard.spi.schedule;

import org.jspecify.annotations.NullMarked;
