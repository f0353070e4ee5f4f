package dev.jacquard.conformance.block;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.jacquard.conformance.forwarding.ForwardingBlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManager;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A method that the wrapper does not override, a default one for instance, would slip past it.
class ForwardingBlockSpaceManagerTest {
  @TestFactory
  Stream<DynamicTest> everyMethodIsForwarded() {
    return Stream.of(BlockSpaceManager.class.getMethods())
        .map(method ->
            DynamicTest.dynamicTest(
                method.getName(), () -> assertDoesNotThrow(() -> overriding(method))));
  }

  private static Method overriding(Method method) throws NoSuchMethodException {
    return ForwardingBlockSpaceManager.class.getDeclaredMethod(
        method.getName(), method.getParameterTypes());
  }
}
