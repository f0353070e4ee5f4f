package dev.jacquard.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "123, 123",
    "7B, 7",
    "2KB, 2000",
    "2KiB, 2048",
    "512MiB, 536870912",
    "512 mib, 536870912",
    "3MB, 3000000",
    "4GiB, 4294967296",
    "4GB, 4000000000",
    "1.5KiB, 1536",
    "1TiB, 1099511627776",
    "9223372036854775807, 9223372036854775807"
  })
  void bytesAreReadExactly(String text, long bytes) {
    assertEquals(OptionalLong.of(bytes), Amounts.bytes(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GiB",
        "-1",
        "4G",
        "1.5",
        "0.3KB1",
        "1e9",
        "9223372036854775808",
        "9999999TiB"
      })
  void whatIsNoWholeNumberOfBytesIsRefused(String text) {
    assertEquals(OptionalLong.empty(), Amounts.bytes(text));
  }

  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S",
    "30s, PT30S",
    "5m, PT5M",
    "2h, PT2H",
    "1d, PT24H",
    "1.5s, PT1.5S",
    "10 us, PT0.00001S",
    "7ns, PT0.000000007S",
    "PT1M30S, PT1M30S"
  })
  void durationsAreReadExactly(String text, Duration duration) {
    assertEquals(Optional.of(duration), Amounts.duration(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "30",
        "s",
        "-5s",
        "PT-5S",
        "P",
        "PT2562048H",
        "5 minutes",
        "999999999d",
        "0.5ns"
      })
  void whatIsNoDurationIsRefused(String text) {
    assertEquals(Optional.empty(), Amounts.duration(text));
  }
}
