package gallery.shared;

/// Both plugins ship a class of this name.
public final class Library {
  private Library() {}

  public static String whose() {
    return "library of left";
  }
}
