package dev.jacquard.engine;

/// A snapshot of an engine.
///
/// @param serving whether requests are taken
/// @param waiting sequences that wait
/// @param running sequences that run
/// @param usedBlocks device blocks that sequences hold
/// @param cachedBlocks device blocks whose content can be shared, held or not
/// @param totalBlocks device blocks
public record EngineStatus(
    boolean serving, int waiting, int running, int usedBlocks, int cachedBlocks, int totalBlocks) {}
