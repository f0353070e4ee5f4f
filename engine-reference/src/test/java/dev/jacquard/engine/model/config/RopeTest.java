package dev.jacquard.engine.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.spi.kernel.RopeStyle;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RopeTest {
  private static double[] frequencies(double base, int dimensions, RopeScaling scaling) {
    return new Rope(base, dimensions, RopeStyle.HALVES, scaling).frequencies();
  }

  @Test
  void frequenciesFallGeometricallyFromOne() {
    double[] f = frequencies(10_000, 8, new RopeScaling.None());
    assertEquals(4, f.length);
    assertEquals(1, f[0]);
    assertEquals(0.1, f[1], 1e-15);
    assertEquals(0.01, f[2], 1e-15);
    assertEquals(0.001, f[3], 1e-15);
  }

  @Test
  void linearScalingAndDivisorsDivide() {
    double[] linear = frequencies(10_000, 4, new RopeScaling.Linear(4));
    assertEquals(0.25, linear[0], 1e-15);
    assertEquals(0.0025, linear[1], 1e-15);
    double[] divided = frequencies(10_000, 4, new RopeScaling.Divisors(List.of(1f, 8f)));
    assertEquals(1, divided[0], 1e-15);
    assertEquals(0.00125, divided[1], 1e-15);
  }

  /// Llama 3.1's own numbers: head 128, base 500,000, factor 8, low 1, high 4, context 8192. Turns
  /// in the original context decide: above 4 kept, below 1 divided by 8, linear between.
  @Test
  void llamaThreeScalingKeepsHighFrequenciesAndDividesLowOnes() {
    RopeScaling.Llama3 scaling = new RopeScaling.Llama3(8, 1, 4, 8192);
    double[] plain = frequencies(500_000, 128, new RopeScaling.None());
    double[] scaled = frequencies(500_000, 128, scaling);
    assertEquals(plain[28], scaled[28], 0); // 4.19 turns
    assertEquals(plain[35] / 8, scaled[35], 0); // 0.997 turns
    double turns = 8192 * plain[32] / (2 * Math.PI);
    assertEquals(1.8438, turns, 1e-4);
    double kept = (turns - 1) / 3;
    assertEquals(plain[32] * (kept + (1 - kept) / 8), scaled[32], 1e-18);
    assertEquals(plain[63] / 8, scaled[63], 0);
  }

  @Test
  void valuesThatMakeNoSenseAreRefused() {
    RopeScaling none = new RopeScaling.None();
    assertThrows(IllegalArgumentException.class, () -> frequencies(0, 8, none));
    assertThrows(IllegalArgumentException.class, () -> frequencies(Double.NaN, 8, none));
    assertThrows(IllegalArgumentException.class, () -> frequencies(1e4, 7, none));
    assertThrows(IllegalArgumentException.class, () -> new RopeScaling.Linear(0));
    assertThrows(IllegalArgumentException.class, () -> new RopeScaling.Linear(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new RopeScaling.Llama3(8, 4, 4, 8192));
    assertThrows(
        IllegalArgumentException.class, () -> new RopeScaling.Divisors(List.of(1f, Float.NaN)));
    RopeScaling three = new RopeScaling.Divisors(Collections.nCopies(3, 1f));
    assertThrows(IllegalArgumentException.class, () -> frequencies(1e4, 8, three));
  }
}
