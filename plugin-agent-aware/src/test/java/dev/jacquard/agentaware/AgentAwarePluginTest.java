package dev.jacquard.agentaware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.host.PluginCatalog;
import dev.jacquard.host.PluginLoader;
import dev.jacquard.host.ReservedNames;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AgentAwarePluginTest {
  private static PluginCatalog discover() {
    return new PluginLoader(AgentAwarePlugin.class.getClassLoader(), ReservedNames.NONE)
        .load(List.of(), List.of());
  }

  @Test
  void isFoundOnTheClassPathWithoutProblems() {
    try (PluginCatalog catalog = discover()) {
      assertEquals(List.of(), catalog.problems());
      assertTrue(catalog.plugin("agent-aware").isPresent());
    }
  }

  @Test
  void declaresTheFieldsThatClientsSendAndOffersNoPolicyYet() {
    try (PluginCatalog catalog = discover()) {
      assertEquals(
          Set.of(
              "workflow_id",
              "agent_id",
              "parent_request_id",
              "cache_affinity",
              "workflow_priority",
              "shared_context_keys",
              "expected_agents",
              "metadata",
              "workflow_end",
              "next_call_in"),
          catalog.hintFields().keySet());
      assertTrue(catalog.schedulers().isEmpty());
      assertTrue(catalog.blockManagers().isEmpty());
    }
  }
}
