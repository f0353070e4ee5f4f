package dev.jacquard.host;

import dev.jacquard.host.PluginProblem.Kind;
import dev.jacquard.spi.plugin.EnginePlugin;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;

/// Makes the plugin object a service file names, or says why that is not possible.
final class PluginFactory {
  private PluginFactory() {}

  /// Loads and constructs `className`.
  ///
  /// @param ownOnly whether the class must come from `loader` itself, so that a plugin cannot put forward what the host or the JDK has
  static EnginePlugin construct(
      String location, String className, ClassLoader loader, boolean ownOnly) throws Refusal {
    try (var _ = ThreadContextClassLoader.swap(loader)) {
      Class<?> type = load(location, className, loader);
      if (ownOnly && !loader.equals(type.getClassLoader())) {
        throw new Refusal(
            location,
            Kind.FOREIGN_CLASS,
            className
                + " is named by the service file but comes from "
                + (type.getClassLoader() == null ? "the JDK" : type.getClassLoader())
                + ": it is ignored, name a class of the plugin's own jar",
            null);
      }
      return EnginePlugin.class.cast(newInstance(location, constructor(location, type)));
    }
  }

  private static Class<?> load(String location, String className, ClassLoader loader)
      throws Refusal {
    try {
      return Class.forName(className, false, loader);
    } catch (ClassNotFoundException e) {
      throw new Refusal(
          location,
          Kind.CLASS_MISSING,
          ServiceFile.PATH
              + " names "
              + className
              + ", which is not there: check the spelling (the full name, $ before a nested class) and that the class is packed",
          e);
    } catch (LinkageError e) {
      throw new Refusal(
          location,
          PluginFault.kind(e, Kind.LINKAGE),
          className + " cannot be loaded: " + PluginFault.sentence(e),
          e);
    }
  }

  private static Constructor<?> constructor(String location, Class<?> type) throws Refusal {
    String name = type.getName();
    if (!EnginePlugin.class.isAssignableFrom(type)) {
      throw new Refusal(
          location,
          Kind.NOT_A_PLUGIN,
          name + " does not implement " + EnginePlugin.class.getName(),
          null);
    }
    if (!isPublic(type) || Modifier.isAbstract(type.getModifiers())) {
      throw new Refusal(
          location,
          Kind.NOT_PUBLIC,
          name + " must be a public class that is not abstract, so that the host can make one",
          null);
    }
    try {
      return type.getConstructor();
    } catch (NoSuchMethodException e) {
      throw new Refusal(
          location,
          Kind.NO_PUBLIC_CONSTRUCTOR,
          name + " has no public constructor without parameters: add one that does no work (PLG-1)",
          e);
    } catch (LinkageError e) {
      throw new Refusal(
          location,
          PluginFault.kind(e, Kind.LINKAGE),
          name + " cannot be loaded: " + PluginFault.sentence(e),
          e);
    }
  }

  private static boolean isPublic(Class<?> type) {
    for (Class<?> c = type; c != null; c = c.getEnclosingClass()) {
      if (!Modifier.isPublic(c.getModifiers())) {
        return false;
      }
    }
    return true;
  }

  private static Object newInstance(String location, Constructor<?> constructor) throws Refusal {
    Throwable thrown;
    try {
      return constructor.newInstance();
    } catch (InvocationTargetException e) {
      thrown = e.getCause() == null ? e : e.getCause();
    } catch (ReflectiveOperationException | LinkageError e) {
      thrown = e;
    }
    PluginFault.rethrowIfFatal(thrown);
    Kind kind = PluginFault.kind(thrown, Kind.CONSTRUCTOR_FAILED);
    throw new Refusal(
        location,
        kind,
        "the constructor of "
            + constructor.getDeclaringClass().getName()
            + " failed: "
            + PluginFault.sentence(thrown)
            + (kind == Kind.CONSTRUCTOR_FAILED ? "; it must do no work (PLG-1)" : ""),
        thrown);
  }
}
