package io.purelb.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The module table of the design, checked over the classes of all modules. */
class ArchitectureTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.purelb");

    /** What reads the time without taking it as an argument. */
    private static final Set<String> CLOCK_READS = Set.of(
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.time.Instant.now",
            "java.time.LocalDateTime.now",
            "java.time.ZonedDateTime.now");

    @Test
    void everyModuleIsLookedAt() {
        Set<String> modules = new TreeSet<>();
        ALL.forEach(type -> modules.add(type.getPackageName().split("\\.", -1)[2]));
        assertEquals(
                Set.of("agent", "allocator", "cli", "core", "election", "k8s", "lab", "netlink", "process"), modules);
    }

    @Test
    void coreKnowsOnlyJavaAndAddresses() {
        classes()
                .that()
                .resideInAPackage("io.purelb.core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.purelb.core..",
                        "java.lang..",
                        "java.math",
                        "java.nio.charset",
                        "java.security",
                        "java.time..",
                        "java.util..",
                        "inet.ipaddr..",
                        "org.jspecify..")
                .check(ALL);
    }

    @Test
    void coreHasNoThreadClockLoggerOrChance() {
        noClasses()
                .that()
                .resideInAPackage("io.purelb.core..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Random.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "java.util.concurrent..")
                .orShould()
                .callMethodWhere(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "it reads the time", ArchitectureTest::readsTheTime))
                .check(ALL);
    }

    private static boolean readsTheTime(JavaCall<?> call) {
        return CLOCK_READS.contains(
                call.getTargetOwner().getName() + "." + call.getTarget().getName());
    }

    @Test
    void edgesNeverSeeEachOther() {
        Map<String, String[]> forbidden = Map.of(
                "io.purelb.netlink..", others("election", "k8s", "process"),
                "io.purelb.election..", others("netlink", "k8s", "process"),
                "io.purelb.k8s..", others("netlink", "election"),
                "io.purelb.process..", others("netlink", "election"));
        forbidden.forEach((from, to) -> noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to)
                .check(ALL));
    }

    /** The given modules and all those above the edges. */
    private static String[] others(String... modules) {
        Set<String> packages = new TreeSet<>(
                Set.of("io.purelb.allocator..", "io.purelb.agent..", "io.purelb.lab..", "io.purelb.cli.."));
        for (String module : modules) {
            packages.add("io.purelb." + module + "..");
        }
        return packages.toArray(String[]::new);
    }

    @Test
    void executablesAreNobodysLibrary() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.purelb.allocator..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.purelb.allocator..")
                .check(ALL);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.purelb.agent..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.purelb.agent..")
                .check(ALL);
        noClasses()
                .that()
                .resideInAPackage("io.purelb.allocator..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.purelb.netlink..", "io.purelb.election..", "io.purelb.lab..")
                .check(ALL);
    }

    @Test
    void eachLibraryStaysInItsModule() {
        Map<String, String[]> owners = Map.of(
                "jnr..", new String[] {"io.purelb.netlink.."},
                "org.jgroups..", new String[] {"io.purelb.election.."},
                "inet.ipaddr..", new String[] {"io.purelb.core.."},
                "dagger..", new String[] {"io.purelb.allocator..", "io.purelb.agent.."},
                "jakarta.inject..", new String[] {"io.purelb.allocator..", "io.purelb.agent.."});
        owners.forEach((library, owner) -> noClasses()
                .that()
                .resideOutsideOfPackages(owner)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(ALL));
        noClasses()
                .that()
                .resideInAnyPackage("io.purelb.netlink..", "io.purelb.election..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8..", "com.fasterxml..", "io.prometheus..", "picocli..")
                .check(ALL);
    }

    @Test
    void noPackageIsSplitBetweenModules() {
        Map<String, Set<String>> homes = new TreeMap<>();
        for (JavaClass type : ALL) {
            homes.computeIfAbsent(type.getPackageName(), any -> new TreeSet<>()).add(home(type));
        }
        homes.forEach((name, found) -> assertEquals(1, found.size(), name + " is in " + found));
    }

    /** The jar or class directory that a class comes from. */
    private static String home(JavaClass type) {
        URI uri = type.getSource().orElseThrow().getUri();
        String path = uri.toString();
        assertTrue(path.contains("/io/purelb/"), path);
        return path.substring(0, path.indexOf("/io/purelb/"));
    }
}
