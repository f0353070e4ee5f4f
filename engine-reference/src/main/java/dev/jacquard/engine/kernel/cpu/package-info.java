/// The reference kernel backend: plain CPU cores through the Vector API, with a scalar fallback of
/// equal bits.
///
/// Every sum has one order, whatever the batch, the thread count or the vector width; see
/// [CpuKernelBackend] for the list. Weights are repacked at load so that vectors run over output
/// rows and nothing is ever reduced across lanes in a matrix product.
@NullMarked
package dev.jacquard.engine.kernel.cpu;

import org.jspecify.annotations.NullMarked;
