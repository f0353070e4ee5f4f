package dev.jacquard.conformance.report;

import dev.jacquard.conformance.CheckResult;
import java.util.Locale;

/// A report in the XML that build servers read: a suite for each component, a case for each check.
public final class JunitXmlReport {
  private JunitXmlReport() {}

  /// The report as XML.
  public static String of(Report report) {
    StringBuilder xml =
        new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (ComponentReport component : report.components()) {
      xml.append("  <testsuite name=\"").append(escape(component.component())).append("\">\n");
      if (component.unavailable() != null) {
        xml.append("    <testcase name=\"available\"><skipped message=\"")
            .append(escape(component.unavailable()))
            .append("\"/></testcase>\n");
      }
      for (RuleReport rule : component.rules()) {
        for (CheckResult result : rule.results()) {
          testCase(xml, rule, result);
        }
      }
      xml.append("  </testsuite>\n");
    }
    return xml.append("</testsuites>\n").toString();
  }

  private static void testCase(StringBuilder xml, RuleReport rule, CheckResult result) {
    xml.append("    <testcase classname=\"")
        .append(rule.rule().id())
        .append("\" name=\"")
        .append(escape(result.check()))
        .append("\" time=\"")
        .append(String.format(Locale.ROOT, "%.3f", result.nanos() / 1e9))
        .append('"');
    switch (result.outcome()) {
      case PASSED -> xml.append("/>\n");
      case SKIPPED ->
          xml.append("><skipped message=\"")
              .append(escape(result.message()))
              .append("\"/></testcase>\n");
      case FAILED -> {
        boolean counts = rule.verdict() == Verdict.FAIL || rule.verdict() == Verdict.WAIVED;
        xml.append(counts ? "><failure message=\"" : "><skipped message=\"warning: ")
            .append(escape(result.message()))
            .append("\"/></testcase>\n");
      }
    }
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> escaped.append("&amp;");
            case '<' -> escaped.append("&lt;");
            case '>' -> escaped.append("&gt;");
            case '"' -> escaped.append("&quot;");
            case '\n' -> escaped.append("&#10;");
            default -> {
              // XML 1.0 has no way to write other control characters or lone surrogates.
              boolean writable =
                  c == '\t' || (c >= ' ' && (c < 0xD800 || c > 0xDFFF) && c < 0xFFFE);
              escaped.appendCodePoint(writable || c > 0xFFFF ? c : '?');
            }
          }
        });
    return escaped.toString();
  }
}
