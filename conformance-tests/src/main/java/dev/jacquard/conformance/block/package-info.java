/// Rules BSM and EVP: block space managers, cache listeners, eviction policies.
@NullMarked
package dev.jacquard.conformance.block;

import org.jspecify.annotations.NullMarked;
