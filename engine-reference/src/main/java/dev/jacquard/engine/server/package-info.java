/// The OpenAI-compatible HTTP server: Netty reads, a virtual thread a request answers. A client that leaves is noticed at once and its request cancelled.
@NullMarked
package dev.jacquard.engine.server;

import org.jspecify.annotations.NullMarked;
