package dev.jacquard.host;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Something wrong with a plugin that was found, in words its author or the operator understands.
///
/// @param location where the plugin lies: the jar or folder as configured, or the class path
/// @param kind what is wrong, for programs
/// @param message one sentence with the remedy, without the location
/// @param cause what was thrown, if anything was
public record PluginProblem(String location, Kind kind, String message, @Nullable Throwable cause) {

  /// What is wrong.
  public enum Kind {
    /// The jar or folder cannot be read.
    UNREADABLE,
    /// The jar contains classes of the SPI itself.
    BUNDLED_SPI,
    /// No `META-INF/services` file names a plugin class.
    NO_SERVICE_FILE,
    /// The service file names a class that is not there.
    CLASS_MISSING,
    /// The service file names a class that comes from elsewhere than the plugin; it is ignored.
    FOREIGN_CLASS,
    /// The class does not implement `EnginePlugin`.
    NOT_A_PLUGIN,
    /// The class is not public, or is abstract.
    NOT_PUBLIC,
    /// There is no public constructor without parameters.
    NO_PUBLIC_CONSTRUCTOR,
    /// The constructor threw.
    CONSTRUCTOR_FAILED,
    /// A static initialiser threw.
    STATIC_INITIALISER_FAILED,
    /// A class it needs is missing, or was another when it was compiled.
    LINKAGE,
    /// `descriptor()` threw or gave null.
    BAD_DESCRIPTOR,
    /// Compiled against an SPI that this host does not run.
    SPI_VERSION,
    /// The id is ill-formed.
    BAD_ID,
    /// A name belongs to the host.
    RESERVED_NAME,
    /// A list of components threw, was null, or held something ill-formed.
    BAD_PROVIDERS,
    /// A hint field makes no sense.
    BAD_HINT_FIELD,
    /// A command is ill-formed.
    BAD_COMMAND,
    /// Two plugins have one id.
    DUPLICATE_ID,
    /// Two components of one kind have one name.
    DUPLICATE_PROVIDER,
    /// Two plugins declare one request field differently.
    HINT_CONFLICT,
    /// Two plugins add one command.
    DUPLICATE_COMMAND;

    /// Whether two plugins contradict each other. The order in which plugins are found never decides who wins, so a conflict ends the start (the others only do when something selected is missing).
    public boolean isConflict() {
      return switch (this) {
        case DUPLICATE_ID, DUPLICATE_PROVIDER, HINT_CONFLICT, DUPLICATE_COMMAND -> true;
        case UNREADABLE,
            BUNDLED_SPI,
            NO_SERVICE_FILE,
            CLASS_MISSING,
            FOREIGN_CLASS,
            NOT_A_PLUGIN,
            NOT_PUBLIC,
            NO_PUBLIC_CONSTRUCTOR,
            CONSTRUCTOR_FAILED,
            STATIC_INITIALISER_FAILED,
            LINKAGE,
            BAD_DESCRIPTOR,
            SPI_VERSION,
            BAD_ID,
            RESERVED_NAME,
            BAD_PROVIDERS,
            BAD_HINT_FIELD,
            BAD_COMMAND ->
            false;
      };
    }
  }

  /// Checks for nulls.
  public PluginProblem {
    Objects.requireNonNull(location, "location is null");
    Objects.requireNonNull(kind, "kind is null");
    Objects.requireNonNull(message, "message is null");
  }

  /// Location and message on one line, as people read it.
  public String line() {
    return location + ": " + message;
  }
}
