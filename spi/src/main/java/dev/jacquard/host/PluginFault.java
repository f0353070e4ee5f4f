package dev.jacquard.host;

import dev.jacquard.host.PluginProblem.Kind;

/// Tells what a plugin's code threw in a sentence for the plugin's author.
final class PluginFault {
  private static final String NOT_INITIALISED = "Could not initialize class ";

  private PluginFault() {}

  /// The kind `thrown` itself speaks for, or `otherwise`.
  static Kind kind(Throwable thrown, Kind otherwise) {
    return switch (thrown) {
      case ExceptionInInitializerError _ -> Kind.STATIC_INITIALISER_FAILED;
      case NoClassDefFoundError e when text(e).startsWith(NOT_INITIALISED) ->
          Kind.STATIC_INITIALISER_FAILED;
      case LinkageError _ -> Kind.LINKAGE;
      default -> otherwise;
    };
  }

  /// What happened and what to do, to follow "x failed: ".
  static String sentence(Throwable thrown) {
    return switch (thrown) {
      case ExceptionInInitializerError e ->
          "a static initialiser threw " + name(e.getCause() == null ? e : e.getCause());
      case NoClassDefFoundError e when text(e).startsWith(NOT_INITIALISED) ->
          "the static initialiser of "
              + text(e).substring(NOT_INITIALISED.length())
              + " threw"
              + (e.getCause() == null ? "" : " " + name(e.getCause()));
      case NoClassDefFoundError e -> missing(text(e).replace('/', '.'));
      case UnsupportedClassVersionError e ->
          "it was compiled for a newer Java than this one ("
              + Runtime.version().feature()
              + "): compile it with --release "
              + Runtime.version().feature()
              + " ("
              + text(e)
              + ")";
      case LinkageError e ->
          name(e)
              + "; it was compiled against another version of a class than it meets here: rebuild it against this SPI and the libraries it ships with";
      default -> name(thrown);
    };
  }

  /// The sentence about a class that a plugin needs and does not have.
  static String missing(String className) {
    if (className.startsWith("dev.jacquard.") && !className.startsWith("dev.jacquard.spi.")) {
      return "class "
          + className
          + " cannot be seen: of Jacquard, a plugin sees dev.jacquard.spi alone";
    }
    return "class "
        + className
        + " is missing: put the library that holds it into the plugin's own folder or jar";
  }

  /// Type and message on one line.
  static String name(Throwable thrown) {
    String message = text(thrown).replaceAll("\\s*\\R\\s*", " ");
    String type = thrown.getClass().getName();
    return message.isEmpty() ? type : type + ": " + message;
  }

  /// Lets pass what is the machine's trouble and not the plugin's. A stack overflow is the plugin's.
  static void rethrowIfFatal(Throwable thrown) {
    if (thrown instanceof VirtualMachineError fatal && !(fatal instanceof StackOverflowError)) {
      throw fatal;
    }
  }

  private static String text(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null ? "" : message;
  }
}
