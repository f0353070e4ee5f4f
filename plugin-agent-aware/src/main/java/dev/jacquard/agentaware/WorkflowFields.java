package dev.jacquard.agentaware;

import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.HintField.Limits;
import java.util.List;

/// The request fields that describe a multi-agent workflow. Hints all: they never change what is generated.
final class WorkflowFields {
  private static final int MAX_SECONDS = 30 * 24 * 3600;

  static final List<HintField> ALL =
      List.of(
          text("workflow_id", "The task this request belongs to, with everything it spawns."),
          text("agent_id", "The chain of calls inside the workflow that this request continues."),
          text("parent_request_id", "Id of the earlier response that led to this request."),
          text("cache_affinity", "Name of the instance whose cache is preferred; for routers."),
          number("workflow_priority", "Weight of the workflow; higher is more important.", 0, 1000),
          list("shared_context_keys", "Names of contexts shared with other agents."),
          list("expected_agents", "Agents that are expected to run next."),
          new HintField(
              "metadata",
              HintField.Type.OBJECT,
              "Free facts for reports.",
              Limits.DEFAULT,
              List.of()),
          new HintField(
              "workflow_end",
              HintField.Type.BOOLEAN,
              "Whether the workflow ends with this request.",
              Limits.DEFAULT,
              List.of()),
          number(
              "next_call_in",
              "Seconds until this agent calls again, if the client knows.",
              0,
              MAX_SECONDS));

  private WorkflowFields() {}

  private static HintField text(String name, String description) {
    return new HintField(name, HintField.Type.STRING, description, Limits.DEFAULT, List.of());
  }

  private static HintField list(String name, String description) {
    return new HintField(name, HintField.Type.STRING_LIST, description, Limits.DEFAULT, List.of());
  }

  private static HintField number(String name, String description, double min, double max) {
    return new HintField(
        name, HintField.Type.NUMBER, description, new Limits(1, 1, min, max), List.of());
  }
}
