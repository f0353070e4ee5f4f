/// A loaded model: its file, tokenizer and weights, and the one graph that runs every family on every backend.
@NullMarked
package dev.jacquard.engine.model;

import org.jspecify.annotations.NullMarked;
