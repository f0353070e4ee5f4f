package dev.jacquard.host;

/// The kinds of components a plugin may offer and an operator chooses from.
public enum ComponentKind {
  SCHEDULER("scheduler", "scheduler", "schedulers()"),
  BLOCK_MANAGER("block-manager", "block manager", "blockSpaceManagers()"),
  KERNEL_BACKEND("kernel-backend", "kernel backend", "kernelBackends()");

  private final String key;
  private final String label;
  private final String method;

  ComponentKind(String key, String label, String method) {
    this.key = key;
    this.label = label;
    this.method = method;
  }

  /// The configuration key that chooses one.
  public String key() {
    return key;
  }

  /// What people call it.
  public String label() {
    return label;
  }

  /// The method of `EnginePlugin` that lists them, for messages.
  String method() {
    return method;
  }
}
