package dev.jacquard.host;

import org.jspecify.annotations.Nullable;

/// Ends the loading of one plugin. Checked, so that the loader cannot forget to go on with the next one.
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient PluginProblem problem;

  Refusal(String location, PluginProblem.Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.problem = new PluginProblem(location, kind, message, cause);
  }

  PluginProblem problem() {
    return problem;
  }
}
