package dev.jacquard.conformance.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.Budget;
import dev.jacquard.conformance.CheckResult;
import dev.jacquard.conformance.CheckResult.Outcome;
import dev.jacquard.conformance.Rule;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/// Verdicts and the three forms of a report.
class ReportTest {
  private static CheckResult result(Rule rule, Outcome outcome, String message) {
    return new CheckResult(rule, "a check <of> \"it\"", outcome, message, 1_500_000);
  }

  private static Report report(List<CheckResult> results, Map<String, String> waivers) {
    return new Report(
        "mine 1.0",
        "mine.jar",
        1,
        Budget.QUICK,
        List.of(ComponentReport.of("block-manager:mine", results, List.of(Rule.PLG_1), waivers)),
        List.of());
  }

  @Test
  void aBrokenMustCostsTheVerdictAndABrokenShouldDoesNot() {
    Report must = report(List.of(result(Rule.BSM_7, Outcome.FAILED, "x")), Map.of());
    assertEquals("NOT CONFORMANT", must.verdict());
    assertEquals("0 passed, 1 failed, 1 skipped", must.countLine());
    Report should = report(List.of(result(Rule.BSM_14, Outcome.FAILED, "x")), Map.of());
    assertEquals("CONFORMANT", should.verdict());
    assertEquals(1, should.count(Verdict.WARN));
  }

  @Test
  void aWaiverShowsAndCostsTheVerdict() {
    Report waived =
        report(
            List.of(result(Rule.BSM_7, Outcome.FAILED, "x")), Map.of("BSM-7", "not needed here"));
    assertEquals("NOT CONFORMANT", waived.verdict());
    assertTrue(JsonReport.of(waived).contains("not needed here"));
  }

  @Test
  void oneSkippedCheckDoesNotHideAPassedOrAFailedOne() {
    CheckResult skipped = result(Rule.BSM_7, Outcome.SKIPPED, "no host tier");
    CheckResult passed = result(Rule.BSM_7, Outcome.PASSED, "");
    CheckResult failed = result(Rule.BSM_7, Outcome.FAILED, "x");
    assertEquals(Verdict.SKIP, new RuleReport(Rule.BSM_7, List.of(skipped), null).verdict());
    assertEquals(
        Verdict.PASS, new RuleReport(Rule.BSM_7, List.of(skipped, passed), null).verdict());
    assertEquals(
        Verdict.FAIL, new RuleReport(Rule.BSM_7, List.of(passed, failed, skipped), null).verdict());
  }

  @Test
  void whatCannotRunIsNeverGreen() {
    Report report =
        new Report(
            "mine 1.0",
            "mine.jar",
            1,
            Budget.QUICK,
            List.of(ComponentReport.notRun("kernel-backend:mine", "no device")),
            List.of());
    assertEquals("NOT RUN", report.verdict());
    assertTrue(report.incomplete());
    assertFalse(report.broken());
  }

  @Test
  void theXmlIsWellFormedWhateverAMessageHolds() throws Exception {
    String odd = "a < b & \"c\"\n\u0001\uD800 \u2014";
    String xml =
        JunitXmlReport.of(report(List.of(result(Rule.BSM_7, Outcome.FAILED, odd)), Map.of()));
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    assertEquals(1, document.getElementsByTagName("failure").getLength());
    assertEquals(
        "a check <of> \"it\"",
        document
            .getElementsByTagName("testcase")
            .item(0)
            .getAttributes()
            .getNamedItem("name")
            .getNodeValue());
  }

  @Test
  void theSameResultsGiveTheSameJson() {
    CheckResult slow = new CheckResult(Rule.BSM_7, "a check", Outcome.PASSED, "", 5_000_000);
    CheckResult quick = new CheckResult(Rule.BSM_7, "a check", Outcome.PASSED, "", 5);
    assertEquals(
        JsonReport.of(report(List.of(slow), Map.of())),
        JsonReport.of(report(List.of(quick), Map.of())));
  }
}
