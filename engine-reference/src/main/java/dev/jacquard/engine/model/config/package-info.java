/// What a model is, as plain values: its sizes, its rotary embedding, the names and shapes of its
/// weights, its vocabulary. Model families are rows of a table here, not classes, and everything a
/// file claims is checked before the engine builds on it.
@NullMarked
package dev.jacquard.engine.model.config;

import org.jspecify.annotations.NullMarked;
