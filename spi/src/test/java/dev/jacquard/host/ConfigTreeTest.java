package dev.jacquard.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.error.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ConfigTreeTest {
  private enum Policy {
    LRU,
    AGED_LRU
  }

  @Test
  void aSectionReadsItsOwnKeysOnly() {
    ConfigTree tree = new ConfigTree(Map.of("mine.size", "3", "other.size", "4", "size", "5"));
    assertEquals(3, tree.section("mine").integer("size", 0, 0, 9));
    assertEquals(5, tree.section("").integer("size", 0, 0, 9));
    assertEquals(7, tree.section("absent").integer("size", 7, 0, 9));
  }

  @Test
  void everyTypeIsReadAsPeopleWriteIt() {
    PluginConfig mine =
        new ConfigTree(
                Map.of(
                    "mine.text", "a b",
                    "mine.share", "0.25",
                    "mine.on", "true",
                    "mine.memory", "512MiB",
                    "mine.ttl", "30s",
                    "mine.policy", "aged_lru",
                    "mine.policy2", "aged-lru"))
            .section("mine");
    assertEquals("a b", mine.string("text", ""));
    assertEquals(0.25, mine.number("share", 0, 0, 1));
    assertEquals(true, mine.flag("on", false));
    assertEquals(512L << 20, mine.bytes("memory", 0));
    assertEquals(Duration.ofSeconds(30), mine.duration("ttl", Duration.ZERO));
    assertEquals(Policy.AGED_LRU, mine.oneOf("policy", Policy.class, Policy.LRU));
    assertEquals(Policy.AGED_LRU, mine.oneOf("policy2", Policy.class, Policy.LRU));
  }

  @Test
  void whatIsNotSetIsTheFallback() {
    PluginConfig mine = new ConfigTree(Map.of()).section("mine");
    assertEquals("x", mine.string("a", "x"));
    assertEquals(-1, mine.integer("a", -1, 0, 9), "a fallback may lie outside the range");
    assertEquals(0.5, mine.number("a", 0.5, 0, 1));
    assertEquals(true, mine.flag("a", true));
    assertEquals(9L, mine.bytes("a", 9));
    assertEquals(Duration.ZERO, mine.duration("a", Duration.ZERO));
    assertEquals(Policy.LRU, mine.oneOf("a", Policy.class, Policy.LRU));
  }

  @Test
  void aValueThatCannotBeReadNamesKeyValueAndWhatIsExpected() {
    PluginConfig mine = new ConfigTree(Map.of("mine.k", "lur")).section("mine");
    fails("mine.k = 'lur': expected a whole number from 0 to 9", () -> mine.integer("k", 0, 0, 9));
    fails("mine.k = 'lur': expected a number from 0.0 to 1.0", () -> mine.number("k", 0, 0, 1));
    fails("mine.k = 'lur': expected true or false", () -> mine.flag("k", false));
    fails(
        "mine.k = 'lur': expected a number of bytes, alone or with KB, MB, GB, TB (decimal) or KiB, MiB, GiB, TiB (binary), such as 512MiB",
        () -> mine.bytes("k", 0));
    fails(
        "mine.k = 'lur': expected a duration with a unit, such as 250ms, 30s, 5m, 2h or PT30S",
        () -> mine.duration("k", Duration.ZERO));
    fails(
        "mine.k = 'lur': expected one of lru, aged-lru. Did you mean 'lru'?",
        () -> mine.oneOf("k", Policy.class, Policy.LRU));
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    PluginConfig mine =
        new ConfigTree(Map.of("mine.a", "10", "mine.b", "99999999999999999999", "mine.c", "NaN"))
            .section("mine");
    fails("mine.a = '10': expected a whole number from 0 to 9", () -> mine.integer("a", 0, 0, 9));
    fails(
        "mine.b = '99999999999999999999': expected a whole number from 0 to 9",
        () -> mine.integer("b", 0, 0, 9));
    fails("mine.a = '10': expected a number from 0.0 to 9.0", () -> mine.number("a", 0, 0, 9));
    fails("mine.c = 'NaN': expected a number from 0.0 to 9.0", () -> mine.number("c", 0, 0, 9));
  }

  @Test
  void aComponentCanRejectAValueItHasRead() {
    PluginConfig mine = new ConfigTree(Map.of("mine.k", "3")).section("mine");
    assertEquals("mine.k = '3': must be even", mine.reject("k", "must be even").getMessage());
    assertEquals("mine.z (not set): is needed", mine.reject("z", "is needed").getMessage());
  }

  @Test
  void aMisspeltKeyIsToldWithTheNearestOneThatWasAskedFor() {
    ConfigTree tree = new ConfigTree(Map.of("mine.tll", "30s", "mine.ttl", "40s"));
    tree.section("mine").duration("ttl", Duration.ZERO);
    assertEquals(
        List.of("mine.tll: nothing reads this key. Did you mean 'mine.ttl'?"),
        tree.unusedProblems());
  }

  @Test
  void anUnknownKeyOfAReadSectionListsTheKnownOnes() {
    ConfigTree tree = new ConfigTree(Map.of("mine.colour", "red"));
    tree.section("mine").duration("ttl", Duration.ZERO);
    tree.section("mine").flag("on", false);
    assertEquals(
        List.of("mine.colour: nothing reads this key. Known are mine.on, mine.ttl"),
        tree.unusedProblems());
  }

  @Test
  void keysOfAPluginThatIsNotSelectedAreToldSo() {
    ConfigTree tree = new ConfigTree(Map.of("loom-aware.ttl", "30s", "loomm.device", "1"));
    tree.section("loom").flag("fast", false);
    assertEquals(
        List.of(
            "loom-aware.ttl: nothing that is selected reads 'loom-aware.*'. Select a component of that plugin, or leave the key out",
            "loomm.device: nothing that is selected reads 'loomm.*'. Did you mean 'loom'? Select a component of that plugin, or leave the key out"),
        tree.unusedProblems());
  }

  @Test
  void aKeyOfTheHostIsToldToo() {
    ConfigTree tree = new ConfigTree(Map.of("modle", "x", "zebra", "y"));
    tree.section("").string("model", "");
    assertEquals(
        List.of(
            "modle: nothing reads this key. Did you mean 'model'?",
            "zebra: nothing reads this key. Leave it out"),
        tree.unusedProblems());
  }

  private static void fails(String message, Executable read) {
    assertEquals(message, assertThrows(ConfigurationException.class, read).getMessage());
  }
}
