/// Rules that bind the host: the kit asks them of itself, an engine of its own tests.
@NullMarked
package dev.jacquard.conformance.host;

import org.jspecify.annotations.NullMarked;
