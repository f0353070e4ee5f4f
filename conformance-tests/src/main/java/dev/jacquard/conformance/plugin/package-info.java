/// Rules PLG: what a plugin is, found, configured, opened and closed.
@NullMarked
package dev.jacquard.conformance.plugin;

import org.jspecify.annotations.NullMarked;
