package dev.jacquard.agentaware;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.plugin.PluginDescriptor;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.HintField;
import java.lang.System.Logger.Level;
import java.util.List;

/// Entry point of the agent-aware plugin. This version declares the request fields that describe a multi-agent workflow, so that servers accept and check them; it offers no
/// policies yet, and says so when it is enabled.
public final class AgentAwarePlugin implements EnginePlugin {
  private static final System.Logger LOG = System.getLogger(AgentAwarePlugin.class.getName());

  /// For [java.util.ServiceLoader].
  public AgentAwarePlugin() {}

  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("agent-aware", "0.1.0", Spi.MAJOR, Spi.MINOR);
  }

  @Override
  public List<HintField> hintFields() {
    return WorkflowFields.ALL;
  }

  @Override
  public PluginInstance open(PluginContext context) {
    LOG.log(
        Level.WARNING,
        "agent-aware 0.1.0 accepts the workflow fields of a request but has no policies yet: they change nothing");
    return PluginInstance.NOTHING_SHARED;
  }
}
