package dev.jacquard.conformance.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The plugin's class files, read and not run.
final class ClassFiles {
  /// Something in a class file.
  ///
  /// @param in the class's binary name
  /// @param text a class that it refers to, or a string it holds
  record Found(String in, String text) {}

  private static final Pattern VERSIONED = Pattern.compile("^META-INF/versions/\\d+/");
  private static final Pattern TYPE = Pattern.compile("L([\\w/$]+)[;<]");
  private static final int MOST_CLASSES = 500;

  private ClassFiles() {}

  /// The names of the class files in `jar`, as paths without the prefix of other Java versions.
  static List<String> names(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(JarEntry::getName)
          .filter(name -> name.endsWith(".class"))
          .map(name -> VERSIONED.matcher(name).replaceFirst(""))
          .toList();
    }
  }

  /// The classes that those of `jar` refer to.
  static List<Found> references(Path jar) throws IOException {
    List<Found> found = new ArrayList<>();
    for (ClassModel model : models(jar)) {
      types(model).forEach(type -> found.add(new Found(name(model), type)));
    }
    return found;
  }

  /// The strings in the classes of `jar`.
  static List<Found> strings(Path jar) throws IOException {
    List<Found> found = new ArrayList<>();
    for (ClassModel model : models(jar)) {
      texts(model).forEach(text -> found.add(new Found(name(model), text)));
    }
    return found;
  }

  /// The strings in the plugin's jars; without jars, in the plugin's class and those of its package and below that it leads to.
  static Set<String> strings(PluginUnderTest subject) throws IOException {
    Set<String> strings = new LinkedHashSet<>();
    for (Path jar : subject.jars()) {
      strings(jar).forEach(found -> strings.add(found.text()));
    }
    if (subject.jars().isEmpty()) {
      Class<?> entry = subject.plugin().getClass();
      String home = entry.getPackageName().replace('.', '/') + "/";
      Deque<String> due = new ArrayDeque<>(List.of(entry.getName().replace('.', '/')));
      Set<String> seen = new LinkedHashSet<>(due);
      while (!due.isEmpty() && seen.size() < MOST_CLASSES) {
        try (InputStream in = resource(entry, due.remove() + ".class")) {
          if (in != null) {
            ClassModel model = ClassFile.of().parse(in.readAllBytes());
            strings.addAll(texts(model));
            for (String type : types(model)) {
              if (type.startsWith(home) && seen.add(type)) {
                due.add(type);
              }
            }
          }
        }
      }
    }
    return strings;
  }

  private static @org.jspecify.annotations.Nullable InputStream resource(Class<?> of, String name) {
    ClassLoader loader = of.getClassLoader();
    return loader == null ? null : loader.getResourceAsStream(name);
  }

  private static List<ClassModel> models(Path jar) throws IOException {
    List<ClassModel> models = new ArrayList<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : file.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
        try (InputStream in = file.getInputStream(entry)) {
          models.add(ClassFile.of().parse(in.readAllBytes()));
        } catch (IllegalArgumentException e) {
          throw new AssertionError(
              jar.getFileName() + ": " + entry.getName() + " is no class file: " + e.getMessage(),
              e);
        }
      }
    }
    return models;
  }

  private static String name(ClassModel model) {
    return model.thisClass().asInternalName().replace('/', '.');
  }

  private static Set<String> types(ClassModel model) {
    Set<String> types = new LinkedHashSet<>();
    for (PoolEntry entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry type -> {
          String name = type.asInternalName();
          if (name.startsWith("[")) {
            addTypes(name, types);
          } else {
            types.add(name);
          }
        }
        case Utf8Entry text -> addTypes(text.stringValue(), types);
        default -> {}
      }
    }
    return types;
  }

  private static void addTypes(String descriptor, Set<String> into) {
    Matcher matcher = TYPE.matcher(descriptor);
    while (matcher.find()) {
      into.add(matcher.group(1));
    }
  }

  private static List<String> texts(ClassModel model) {
    List<String> texts = new ArrayList<>();
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof StringEntry string) {
        texts.add(string.stringValue());
      }
    }
    return texts;
  }
}
