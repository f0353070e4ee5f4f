package dev.jacquard.spi.block;

/// Where a block lies. Block ids are one space: device blocks `[0, deviceBlocks)`, host blocks `[deviceBlocks, deviceBlocks + hostBlocks)`.
public enum Tier {
  DEVICE,
  HOST
}
