package io.countersign.proxy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.PackageMatcher;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which package of the proxy may use which: a new arrow is drawn here first, with its reason in the review. */
class PackagesTest {
    private static final String PROXY = "io.countersign.proxy";

    /** By package: the packages of the proxy it may use. The signer and the JDK are open to all, other libraries below. */
    private static final Map<String, String> ARROWS = Map.ofEntries(
            Map.entry("access", "caller config net secrets"),
            Map.entry("accesslog", "access caller exchange logging wire"),
            Map.entry("admin", "caller config limit listen logging metrics net rejection wire"),
            Map.entry("admission", "access caller credentials fields limit local net policy route wire"),
            Map.entry("aws", ""),
            Map.entry("body", ""),
            Map.entry("caller", "net secrets"),
            Map.entry("config", "aws net secrets"),
            Map.entry("credentials", "aws config egress net secrets wire"),
            Map.entry("dispatch", "body credentials failover limit local request response route signing upstream wire"),
            Map.entry("egress", "config net secrets wire"),
            Map.entry(
                    "exchange",
                    "access admission body caller dispatch fields lifecycle limit listen local request response route tunnel upstream"
                            + " wire"),
            Map.entry("failover", "config"),
            Map.entry("fields", "route upstream wire"),
            Map.entry("held", "caller config exchange"),
            Map.entry("lifecycle", "config"),
            Map.entry("limit", "config"),
            Map.entry("listen", "access caller config limit net"),
            Map.entry("lists", "access aws body config credentials egress net policy signing state upstream"),
            Map.entry("local", "access fields rejection upstream wire"),
            Map.entry("lockout", "access caller config exchange"),
            Map.entry("logging", "config wire"),
            Map.entry("metrics", "access credentials exchange failover held rejection"),
            Map.entry("net", "secrets"),
            Map.entry("policy", "access aws config net secrets"),
            Map.entry("rejection", "aws secrets wire"),
            Map.entry("reload", "settings"),
            Map.entry("request", "aws body fields limit local route signing upstream wire"),
            Map.entry("response", "aws body credentials fields limit local rejection route secrets signing upstream"),
            Map.entry(
                    "route",
                    "aws config credentials failover limit net policy rejection secrets signing upstream wire"),
            Map.entry("secrets", ""),
            Map.entry(
                    "settings",
                    "access admin config credentials egress held lifecycle limit listen logging net policy route secrets telemetry upstream"),
            Map.entry("signing", "aws config secrets upstream"),
            Map.entry("state", ""),
            Map.entry("telemetry", "body config credentials failover fields metrics net route signing upstream"),
            Map.entry("tunnel", "fields listen"),
            Map.entry("upstream", "body config egress net secrets wire"),
            Map.entry("wire", ""));

    private static final String[] LIBRARIES_OF_ALL = {
        "java..", "javax.net..", "javax.security.auth..", "org.slf4j..", "io.countersign.sigv4.."
    };

    /**
     * By library: the packages of the proxy that may use it, besides the composition root. The credentials read the SDK's
     * cache of SSO tokens with the JSON parser of the configuration.
     */
    private static final Map<String, Set<String>> LIBRARIES = Map.of(
            "io.netty..",
                    Set.of(
                            "accesslog",
                            "admin",
                            "admission",
                            "body",
                            "dispatch",
                            "exchange",
                            "fields",
                            "lifecycle",
                            "limit",
                            "listen",
                            "lists",
                            "local",
                            "metrics",
                            "request",
                            "response",
                            "telemetry",
                            "tunnel",
                            "upstream",
                            "wire"),
            "io.netty.channel..",
                    Set.of(
                            "admin",
                            "dispatch",
                            "exchange",
                            "limit",
                            "listen",
                            "lists",
                            "request",
                            "response",
                            "telemetry",
                            "tunnel",
                            "upstream",
                            "wire"),
            "software.amazon..", Set.of("credentials"),
            "com.typesafe.config..", Set.of("config", "credentials", "listen", "route", "settings"),
            "org.snakeyaml.engine..", Set.of("config"),
            "io.prometheus..", Set.of("metrics"),
            "ch.qos.logback..", Set.of("logging"),
            "com.sun.management..", Set.of("metrics"),
            "jdk.net..", Set.of("listen"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(PROXY);

    @Test
    void everyPackageHasItsArrowsDrawn() {
        Set<String> found = CLASSES.stream()
                .map(PackagesTest::room)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(ARROWS.keySet()), found);
    }

    @TestFactory
    Stream<DynamicTest> usesNoPackageBesides() {
        return ARROWS.entrySet().stream()
                .map(arrow -> DynamicTest.dynamicTest(
                        arrow.getKey() + " -> " + arrow.getValue(), () -> hold(arrow.getKey(), arrow.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> usesLibrariesOnlyWhereTheyBelong() {
        return LIBRARIES.entrySet().stream()
                .map(use -> DynamicTest.dynamicTest(
                        use.getKey() + " in " + use.getValue(),
                        () -> noClasses()
                                .that(describe(
                                        "live outside " + use.getValue(),
                                        type -> !room(type).isEmpty()
                                                && !use.getValue().contains(room(type))))
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage(use.getKey())
                                .check(CLASSES)));
    }

    @Test
    void usesNoOtherLibrary() {
        String[] known = Stream.of(Stream.of(LIBRARIES_OF_ALL), LIBRARIES.keySet().stream(), Stream.of(PROXY + ".."))
                .flatMap(names -> names)
                .toArray(String[]::new);
        classes()
                .should()
                .onlyDependOnClassesThat(describe(
                        "are of " + String.join(", ", known),
                        type -> Arrays.stream(known)
                                .anyMatch(name -> PackageMatcher.of(name)
                                        .matches(baseOf(type).getPackageName()))))
                .check(CLASSES);
    }

    @Test
    void isFreeOfCycles() {
        slices().matching(PROXY + ".(*)..").should().beFreeOfCycles().check(CLASSES);
        slices().matching(PROXY + ".(**)")
                .as("nested packages")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void nothingKnowsTheCompositionRoot() {
        noClasses()
                .that()
                .resideOutsideOfPackage(PROXY)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(PROXY)
                .check(CLASSES);
    }

    private static void hold(String from, String to) {
        Set<String> allowed = Stream.concat(Stream.of(from), Stream.of(to.split(" ", -1)))
                .collect(Collectors.toCollection(TreeSet::new));
        noClasses()
                .that()
                .resideInAPackage(PROXY + "." + from + "..")
                .should()
                .dependOnClassesThat(describe(
                        "are of another package of the proxy than " + allowed,
                        type -> type.getPackageName().startsWith(PROXY) && !allowed.contains(room(type))))
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> describe(String what, Predicate<JavaClass> predicate) {
        return DescribedPredicate.describe(what, predicate);
    }

    /** Of an array its elements' type, which alone has a package. */
    private static JavaClass baseOf(JavaClass type) {
        return type.getBaseComponentType();
    }

    /** {@code access} for a class of {@code io.countersign.proxy.access}; empty for the composition root's own package. */
    private static String room(JavaClass type) {
        String name = baseOf(type).getPackageName();
        return name.equals(PROXY) ? "" : name.substring(PROXY.length() + 1).replaceFirst("\\..*", "");
    }
}
