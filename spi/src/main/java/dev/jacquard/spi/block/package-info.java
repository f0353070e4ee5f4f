/// The KV cache as blocks: which block holds which tokens, who may evict, who listens. Rules BSM and EVP.
@NullMarked
package dev.jacquard.spi.block;

import org.jspecify.annotations.NullMarked;
