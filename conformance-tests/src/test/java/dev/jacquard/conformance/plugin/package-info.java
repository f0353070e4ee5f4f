/// A plugin that is right in everything, and many that differ from it by one mistake.
@NullMarked
package dev.jacquard.conformance.plugin;

import org.jspecify.annotations.NullMarked;
