package dev.jacquard.engine.core;

/// The model's end-of-generation tokens, a handful.
public final class EndTokens {
  private final int[] ids;

  /// Copies `ids`.
  public EndTokens(int... ids) {
    this.ids = ids.clone();
  }

  boolean contains(int token) {
    for (int id : ids) {
      if (id == token) {
        return true;
      }
    }
    return false;
  }

  int[] ids() {
    return ids.clone();
  }
}
