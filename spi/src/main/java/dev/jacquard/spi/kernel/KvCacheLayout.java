package dev.jacquard.spi.kernel;

/// What a KV cache holds: for each layer and block, `blockSize` rows of `kvHeads * headDim` keys and as many values.
///
/// @param type how keys and values are stored (F32, F16 or BF16); attention reads them as stored, the current chunk's too
public record KvCacheLayout(int layers, int kvHeads, int headDim, int blockSize, DType type) {}
