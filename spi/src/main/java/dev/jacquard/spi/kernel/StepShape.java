package dev.jacquard.spi.kernel;

/// The bounds of everything a step can hold, fixed when an engine starts.
///
/// @param maxTokens tokens of a step
/// @param maxRows rows of a step
/// @param maxOutputs logits rows of a step
/// @param maxSequences sequence ids are below this
/// @param maxBlocksPerSequence entries of a block table
/// @param blockSize tokens in a block
public record StepShape(
    int maxTokens,
    int maxRows,
    int maxOutputs,
    int maxSequences,
    int maxBlocksPerSequence,
    int blockSize) {}
