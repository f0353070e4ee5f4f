/// The entry point of a plugin and what it may contribute. Rules PLG.
@NullMarked
package dev.jacquard.spi.plugin;

import org.jspecify.annotations.NullMarked;
