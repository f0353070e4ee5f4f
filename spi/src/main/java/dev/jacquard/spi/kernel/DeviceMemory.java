package dev.jacquard.spi.kernel;

/// A snapshot of the memory weights and KV live in, in bytes.
public record DeviceMemory(long totalBytes, long freeBytes) {}
