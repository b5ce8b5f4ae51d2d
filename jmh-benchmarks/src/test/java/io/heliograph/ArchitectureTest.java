package io.heliograph;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules that hold across modules; this one sees them all. */
@AnalyzeClasses(
        packages = "io.heliograph",
        importOptions = {
            ImportOption.DoNotIncludeTests.class,
            ImportOption.DoNotIncludePackageInfos.class,
            ArchitectureTest.DoNotIncludeTestJars.class
        })
final class ArchitectureTest {

    @ArchTest
    static final ArchRule ARROWS_BETWEEN_MODULES_POINT_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("bindings")
            .definedBy("io.heliograph.bindings..")
            .layer("transport")
            .definedBy("io.heliograph.transport..")
            .layer("emulator")
            .definedBy("io.heliograph.emulator..")
            .layer("offload")
            .definedBy("io.heliograph.offload..")
            .layer("collectives")
            .definedBy("io.heliograph.collectives..")
            .layer("benchmarks")
            .definedBy("io.heliograph.benchmarks..")
            .whereLayer("benchmarks")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("emulator")
            .mayOnlyBeAccessedByLayers("benchmarks")
            .whereLayer("offload")
            .mayOnlyBeAccessedByLayers("benchmarks")
            .whereLayer("collectives")
            .mayOnlyBeAccessedByLayers("benchmarks")
            .whereLayer("bindings")
            .mayOnlyBeAccessedByLayers("transport", "emulator", "offload", "collectives", "benchmarks")
            .whereLayer("transport")
            .mayOnlyBeAccessedByLayers("emulator", "offload", "collectives", "benchmarks");

    @ArchTest
    static final ArchRule GENERATED_BINDINGS_STAY_IN_THEIR_MODULE = noClasses()
            .that()
            .resideOutsideOfPackage("io.heliograph.bindings..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.heliograph.bindings..generated..");

    @ArchTest
    static final ArchRule TIME_IS_AN_INPUT = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Clock")
            .and()
            .resideOutsideOfPackage("io.heliograph.benchmarks..")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule HOT_PACKAGES_USE_NO_STREAMS = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.heliograph.transport.engine..",
                    "io.heliograph.transport.path..",
                    "io.heliograph.transport.port..",
                    "io.heliograph.transport.wire..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.stream..");

    @ArchTest
    static final ArchRule NOBODY_USES_UNSAFE =
            noClasses().should().dependOnClassesThat().haveFullyQualifiedName("sun.misc.Unsafe");

    private ArchitectureTest() {}

    /** Other modules' tests, which arrive here as jars. */
    static final class DoNotIncludeTestJars implements ImportOption {

        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }
}
