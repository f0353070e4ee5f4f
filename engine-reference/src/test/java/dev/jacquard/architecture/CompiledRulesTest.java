package dev.jacquard.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Rules over the compiled SPI, kit and engine.
class CompiledRulesTest {
  private static final String SPI = "dev.jacquard.spi..";
  private static final String HOST = "dev.jacquard.host..";
  private static final String KIT = "dev.jacquard.conformance..";
  private static final String ENGINE = "dev.jacquard.engine..";
  private static final String[] GUICE = {"com.google.inject..", "jakarta.inject.."};

  private static final JavaClasses SHIPPED =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.jacquard");

  @Test
  void enough_classes_were_scanned_to_mean_something() {
    expectMoreThan(60, "dev.jacquard.spi");
    expectMoreThan(20, "dev.jacquard.engine");
    expectMoreThan(0, "dev.jacquard.conformance");
  }

  @Test
  void the_spi_needs_the_jdk_and_itself() {
    check(
        classes()
            .that()
            .resideInAPackage(SPI)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(javaBaseAnd(SPI))
            .as("the SPI depends on java.base, JSpecify and itself only")
            .because(
                "a plugin author must be able to read every signature with the JDK's Javadoc alone"));
  }

  @Test
  void discovery_needs_the_spi_and_the_jdk() {
    check(
        classes()
            .that()
            .resideInAPackage(HOST)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(javaBaseAnd(SPI, HOST))
            .as("discovery depends on java.base, JSpecify and the SPI only")
            .because("engine and kit find plugins with the very same code")
            .allowEmptyShould(true));
  }

  @Test
  void the_packages_of_the_spi_form_no_cycle() {
    check(
        slices()
            .assignedFrom(
                new SliceAssignment() {
                  @Override
                  public SliceIdentifier getIdentifierOf(JavaClass type) {
                    return type.getPackageName().startsWith("dev.jacquard.spi")
                        ? SliceIdentifier.of(type.getPackageName())
                        : SliceIdentifier.ignore();
                  }

                  @Override
                  public String getDescription() {
                    return "packages of the SPI";
                  }
                })
            .should()
            .beFreeOfCycles()
            .because("a reader must be able to start somewhere"));
  }

  @Test
  void the_kit_leans_on_the_spi_only() {
    check(
        noClasses()
            .that()
            .resideInAPackage(KIT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ENGINE, "dev.jacquard.agentaware..", "dev.jacquard.cuda..")
            .because("a kit that borrows from the engine would repeat the engine's mistakes"));
  }

  @Test
  void the_engine_does_not_ship_the_kit() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ENGINE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                KIT, "org.junit..", "dev.jacquard.agentaware..", "dev.jacquard.cuda..")
            .because("tests and plugins are not part of the running engine"));
  }

  @Test
  void guice_stays_in_the_engine() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ENGINE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(GUICE)
            .because("third parties choose their own wiring"));
  }

  @Test
  void the_vector_api_stays_in_the_kernels() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.jacquard.engine.kernel..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator..")
            .because(
                "it is an incubator: one package changes when it changes, and a scalar fallback exists"));
  }

  /// Catches what plugins under test write (PLG-21).
  private static final String WATCHES_STREAMS = "dev.jacquard.conformance.plugin.StandardStreams";

  @Test
  void only_the_command_line_writes_to_the_console() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("..cli..")
            .and()
            .doNotHaveFullyQualifiedName(WATCHES_STREAMS)
            .should(ACCESS_STANDARD_STREAMS)
            .because("stdout belongs to the command line's data; everything else logs"));
  }

  @Test
  void no_static_field_holds_state() {
    check(
        fields()
            .that()
            .areStatic()
            .should(beConstant())
            .because("two engines in one process must not meet in a static field"));
  }

  @Test
  void no_class_is_a_drawer_for_everything() {
    check(
        noClasses()
            .should()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .because("a class is named after what it is, and then says no to what it is not"));
  }

  private static String[] javaBaseAnd(String... rooms) {
    Stream<String> javaBase =
        Object.class.getModule().getPackages().stream().filter(name -> name.startsWith("java."));
    return Stream.of(javaBase, Stream.of(rooms), Stream.of("org.jspecify.annotations"))
        .flatMap(packages -> packages)
        .toArray(String[]::new);
  }

  private static ArchCondition<JavaField> beConstant() {
    List<Class<?>> mutable =
        List.of(
            Number.class,
            java.util.concurrent.atomic.AtomicBoolean.class,
            java.util.concurrent.atomic.AtomicReference.class,
            java.util.concurrent.atomic.AtomicIntegerArray.class,
            java.util.concurrent.atomic.AtomicLongArray.class,
            java.util.concurrent.ConcurrentMap.class,
            java.util.AbstractCollection.class,
            java.util.AbstractMap.class,
            java.util.Random.class,
            StringBuilder.class,
            ThreadLocal.class);
    return new ArchCondition<>("be final and immutable") {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        boolean isFinal = field.getModifiers().contains(JavaModifier.FINAL);
        boolean isPrivate = field.getModifiers().contains(JavaModifier.PRIVATE);
        JavaClass type = field.getRawType();
        boolean boxed =
            type.getPackageName().equals("java.lang") || type.getPackageName().equals("java.math");
        boolean holdsState =
            mutable.stream().anyMatch(type::isAssignableTo)
                && !(boxed && type.isAssignableTo(Number.class));
        boolean openArray =
            type.isArray() && !isPrivate && !field.getModifiers().contains(JavaModifier.SYNTHETIC);
        if (!isFinal || holdsState || openArray) {
          events.add(
              SimpleConditionEvent.violated(
                  field,
                  field.getFullName()
                      + " is static and can change, in "
                      + field.getSourceCodeLocation()));
        }
      }
    };
  }

  private static void check(ArchRule rule) {
    rule.check(SHIPPED);
  }

  private static void expectMoreThan(int count, String room) {
    long found = SHIPPED.stream().filter(type -> type.getPackageName().startsWith(room)).count();
    assertTrue(found > count, () -> "only " + found + " classes of " + room + " were scanned");
  }
}
