package dev.jacquard.spi;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Writes down what compiled plugins depend on: every type, member, constant and nullness of `dev.jacquard.spi`, one line each,
/// in an order that does not depend on the order of the source. `dev.jacquard.host` is left out: plugins do not see it.
final class SpiSignature {
  private static final String ROOT_PACKAGE = "dev/jacquard/spi";
  private static final Set<String> OF_EVERY_ENUM = Set.of("values()", "valueOf(String)");
  private static final Set<String> OF_EVERY_RECORD =
      Set.of("equals(@Nullable Object)", "equals(Object)", "hashCode()", "toString()");

  private record Member(String name, String text) {}

  private SpiSignature() {}

  /// @param classes the folder of compiled classes
  static List<String> read(Path classes) throws IOException, ClassNotFoundException {
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.walk(classes.resolve(ROOT_PACKAGE))) {
      for (Path file : files.filter(SpiSignature::isType).toList()) {
        String path = classes.relativize(file).toString().replace('\\', '/');
        String name = path.substring(0, path.length() - ".class".length()).replace('/', '.');
        types.add(Class.forName(name, false, SpiSignature.class.getClassLoader()));
      }
    }
    List<String> lines = new ArrayList<>();
    types.stream()
        .filter(SpiSignature::isVisible)
        .sorted(Comparator.comparing(Class::getName))
        .forEach(type -> describe(type, lines));
    return lines;
  }

  private static boolean isType(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".class") && !name.equals("package-info.class");
  }

  private static boolean isVisible(Class<?> type) {
    if (type.isAnonymousClass() || type.isLocalClass() || type.isSynthetic()) {
      return false;
    }
    Class<?> outer = type.getDeclaringClass();
    return isApi(type.getModifiers()) && (outer == null || isVisible(outer));
  }

  private static boolean isApi(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static void describe(Class<?> type, List<String> lines) {
    lines.add("");
    lines.add(header(type));
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        lines.add("  constant " + ((Enum<?>) constant).name());
      }
    }
    if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        lines.add("  component " + text(component.getAnnotatedType()) + " " + component.getName());
      }
    }
    Stream.of(fields(type), constructors(type), methods(type))
        .flatMap(members ->
            members.sorted(Comparator.comparing(Member::name).thenComparing(Member::text)))
        .forEach(member -> lines.add("  " + member.text()));
  }

  private static String header(Class<?> type) {
    StringBuilder line = new StringBuilder(annotations(type));
    int kept = type.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC);
    if (!type.isInterface() && !type.isEnum()) {
      kept |= type.getModifiers() & (Modifier.ABSTRACT | Modifier.FINAL);
    }
    line.append(modifiers(kept));
    line.append(type.isSealed() ? "sealed " : "");
    line.append(kind(type)).append(' ');
    line.append(type.getName().replace('$', '.')).append(typeParameters(type));
    AnnotatedType parent = type.getAnnotatedSuperclass();
    if (parent != null && !type.isEnum() && !type.isRecord() && parent.getType() != Object.class) {
      line.append(" extends ").append(text(parent));
    }
    if (type.getAnnotatedInterfaces().length > 0) {
      line.append(type.isInterface() ? " extends " : " implements ");
      line.append(join(type.getAnnotatedInterfaces()));
    }
    if (type.isSealed()) {
      line.append(
          Arrays.stream(type.getPermittedSubclasses())
              .map(sub -> name(sub.getName()))
              .collect(Collectors.joining(", ", " permits ", "")));
    }
    return line.toString();
  }

  private static String kind(Class<?> type) {
    if (type.isAnnotation()) {
      return "annotation";
    }
    if (type.isInterface()) {
      return "interface";
    }
    if (type.isEnum()) {
      return "enum";
    }
    return type.isRecord() ? "record" : "class";
  }

  private static Stream<Member> fields(Class<?> type) {
    return Arrays.stream(type.getDeclaredFields())
        .filter(field -> isApi(field.getModifiers()) && !field.isSynthetic())
        .filter(field -> !field.isEnumConstant())
        .map(SpiSignature::member);
  }

  /// Constants are inlined into plugins by javac, so their values are part of the signature.
  private static String constant(Field field) {
    boolean inlined = field.getType().isPrimitive() || field.getType() == String.class;
    int constant = Modifier.STATIC | Modifier.FINAL;
    if (!inlined || (field.getModifiers() & constant) != constant) {
      return "";
    }
    try {
      return " = " + field.get(null);
    } catch (IllegalAccessException e) {
      return ""; // protected: visible to subclasses alone, the type is enough
    }
  }

  private static Stream<Member> constructors(Class<?> type) {
    if (type.isEnum()) {
      return Stream.empty();
    }
    return Arrays.stream(type.getDeclaredConstructors())
        .filter(constructor -> isApi(constructor.getModifiers()) && !constructor.isSynthetic())
        .filter(constructor -> !isCanonical(type, constructor))
        .map(SpiSignature::member);
  }

  private static Member member(Field field) {
    String type = text(field.getAnnotatedType());
    String line =
        "field " + memberModifiers(field) + type + " " + field.getName() + constant(field);
    return new Member(field.getName(), annotations(field) + line);
  }

  private static Member member(Constructor<?> constructor) {
    String name = constructor.getDeclaringClass().getSimpleName();
    return new Member("", "new " + head(constructor) + name + tail(constructor));
  }

  private static Member member(Method method) {
    String kind = method.isDefault() ? "method default " : "method ";
    String type = text(method.getAnnotatedReturnType());
    String fallback = method.getDefaultValue() == null ? "" : " default";
    return new Member(
        method.getName(),
        kind + head(method) + type + " " + method.getName() + tail(method) + fallback);
  }

  private static String head(Executable executable) {
    return annotations(executable) + memberModifiers(executable) + typeParameters(executable);
  }

  private static String tail(Executable executable) {
    AnnotatedType[] thrown = executable.getAnnotatedExceptionTypes();
    return parameters(executable) + (thrown.length == 0 ? "" : " throws " + join(thrown));
  }

  private static boolean isCanonical(Class<?> type, Constructor<?> constructor) {
    return type.isRecord()
        && Arrays.equals(
            constructor.getParameterTypes(),
            Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new));
  }

  private static Stream<Member> methods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> isApi(method.getModifiers()) && !method.isSynthetic())
        .filter(method -> !isImplied(type, method))
        .map(SpiSignature::member);
  }

  private static boolean isImplied(Class<?> type, Method method) {
    String call = method.getName() + parameters(method);
    if (type.isEnum()) {
      return OF_EVERY_ENUM.contains(call);
    }
    return type.isRecord()
        && (OF_EVERY_RECORD.contains(call)
            || Arrays.stream(type.getRecordComponents())
                .anyMatch(component -> method.equals(component.getAccessor())));
  }

  private static String parameters(Executable executable) {
    String types = join(executable.getAnnotatedParameterTypes());
    return "(" + (executable.isVarArgs() ? types.replaceFirst("\\[]$", "...") : types) + ")";
  }

  private static String typeParameters(GenericDeclaration declaration) {
    if (declaration.getTypeParameters().length == 0) {
      return "";
    }
    return Arrays.stream(declaration.getTypeParameters())
        .map(variable ->
            variable.getName()
                + Arrays.stream(variable.getAnnotatedBounds())
                    .map(SpiSignature::text)
                    .filter(bound -> !bound.equals("Object"))
                    .collect(Collectors.joining(" & "))
                    .replaceFirst("^(?=.)", " extends "))
        .collect(Collectors.joining(", ", "<", declaration instanceof Class ? ">" : "> "));
  }

  private static String annotations(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .map(Annotation::annotationType)
        .filter(type -> type == Deprecated.class || type.getName().startsWith("dev.jacquard."))
        .map(type -> "@" + type.getSimpleName() + " ")
        .sorted()
        .collect(Collectors.joining());
  }

  private static String join(AnnotatedType[] types) {
    return Arrays.stream(types).map(SpiSignature::text).collect(Collectors.joining(", "));
  }

  /// As one would write them: members of an interface are public, and its fields static and final, without a word.
  private static String memberModifiers(java.lang.reflect.Member member) {
    int kept =
        Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT;
    if (member.getDeclaringClass().isInterface()) {
      kept = member instanceof Field ? 0 : Modifier.STATIC;
    }
    return modifiers(member.getModifiers() & kept);
  }

  private static String modifiers(int modifiers) {
    String text = Modifier.toString(modifiers);
    return text.isEmpty() ? "" : text + " ";
  }

  private static String text(AnnotatedType type) {
    return name(type.toString().replaceAll("@org\\.jspecify\\.annotations\\.(\\w+)\\(\\)", "@$1"));
  }

  /// Types of the SPI and of java.lang by their simple names: the headers say where each lives.
  private static String name(String text) {
    return text.replaceAll(
            "java\\.lang\\.(?=[@A-Z])|dev\\.jacquard\\.spi\\.([a-z]+\\.)*(?=[@A-Z])", "")
        .replace('$', '.');
  }
}
