/// From tokens to text, on the request's own thread: detokenisation, stop strings, results.
@NullMarked
package dev.jacquard.engine.output;

import org.jspecify.annotations.NullMarked;
