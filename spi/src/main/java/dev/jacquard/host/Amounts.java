package dev.jacquard.host;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads amounts of memory and of time as people write them.
public final class Amounts {
  /// What a long counts in nanoseconds, 292 years: who reads a duration may always ask for them.
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  /// What [#bytes] reads, for messages.
  public static final String BYTES_EXPECTED =
      "a number of bytes, alone or with KB, MB, GB, TB (decimal) or KiB, MiB, GiB, TiB (binary), such as 512MiB";

  /// What [#duration] reads, for messages.
  public static final String DURATION_EXPECTED =
      "a duration with a unit, such as 250ms, 30s, 5m, 2h or PT30S";

  private static final Pattern AMOUNT =
      Pattern.compile("(\\d{1,19}(?:\\.\\d{1,9})?)\\s*([A-Za-z]*)");

  private Amounts() {}

  /// A whole number of bytes, or empty when `text` is none.
  public static OptionalLong bytes(String text) {
    Matcher matcher = AMOUNT.matcher(text.strip());
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    long unit =
        switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
          case "", "b" -> 1L;
          case "kb" -> 1_000L;
          case "mb" -> 1_000_000L;
          case "gb" -> 1_000_000_000L;
          case "tb" -> 1_000_000_000_000L;
          case "kib" -> 1L << 10;
          case "mib" -> 1L << 20;
          case "gib" -> 1L << 30;
          case "tib" -> 1L << 40;
          default -> 0L;
        };
    return unit == 0 ? OptionalLong.empty() : exact(matcher.group(1), unit);
  }

  /// A duration that is not negative, or empty when `text` is none.
  public static Optional<Duration> duration(String text) {
    String stripped = text.strip();
    if (stripped.startsWith("P") || stripped.startsWith("p")) {
      try {
        return Optional.of(Duration.parse(stripped))
            .filter(d -> !d.isNegative() && d.compareTo(LONGEST) <= 0);
      } catch (DateTimeParseException _) {
        return Optional.empty();
      }
    }
    Matcher matcher = AMOUNT.matcher(stripped);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long nanos =
        switch (matcher.group(2)) {
          case "ns" -> 1L;
          case "us" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          case "d" -> 86_400_000_000_000L;
          default -> 0L;
        };
    OptionalLong amount = nanos == 0 ? OptionalLong.empty() : exact(matcher.group(1), nanos);
    return amount.isPresent()
        ? Optional.of(Duration.ofNanos(amount.getAsLong()))
        : Optional.empty();
  }

  private static OptionalLong exact(String number, long unit) {
    try {
      return OptionalLong.of(
          new BigDecimal(number).multiply(BigDecimal.valueOf(unit)).longValueExact());
    } catch (ArithmeticException _) { // a fraction of the smallest unit, or beyond 64 bits
      return OptionalLong.empty();
    }
  }
}
