/// Rules SCH and SCP: schedulers, request listeners, scheduling policies.
@NullMarked
package dev.jacquard.conformance.schedule;

import org.jspecify.annotations.NullMarked;
