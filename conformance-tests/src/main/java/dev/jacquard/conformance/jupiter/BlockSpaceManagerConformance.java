package dev.jacquard.conformance.jupiter;

import dev.jacquard.conformance.Suite;
import dev.jacquard.conformance.block.BlockSpaceChecks;
import dev.jacquard.conformance.block.ManagerUnderTest;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;

/// Tries a block space manager: rules BSM.
///
/// ```java
/// class MyManagerTest extends BlockSpaceManagerConformance {
///   @Override
///   protected BlockSpaceManagerFactory factory() {
///     return new MyManagerFactory();
///   }
/// }
/// ```
public abstract class BlockSpaceManagerConformance extends FactoryConformance<ManagerUnderTest> {
  /// For subclasses.
  protected BlockSpaceManagerConformance() {}

  /// The factory of the managers to try.
  protected abstract BlockSpaceManagerFactory factory();

  @Override
  final Suite<ManagerUnderTest> suite() {
    BlockSpaceManagerFactory factory = factory();
    return suite(
        "block-manager:" + factory.name(), BlockSpaceChecks.all(), factories().managers(factory));
  }
}
