package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The measures of a class. Each may be exceeded for a reason that stands here; a reason that is no longer needed fails the test
 * as well, so that the lists only ever name what is so.
 */
class ShapeTest {
    private static final int MAX_BOOLEANS = 4;
    private static final int MAX_PARAMETERS = 6;
    private static final int MAX_COMPONENTS = 7;
    private static final int MAX_LINES = 300;

    private static final Map<String, String> MANY_BOOLEANS = Map.ofEntries(
            Map.entry("cli.sign.SigningOptions", "one field for each option of the command line"),
            Map.entry("cli.convert.SigV4ProxyOptions", "one field for each flag of another program"));

    private static final Map<String, String> MANY_PARAMETERS = Map.ofEntries(
            Map.entry("standin.control.ControlServer.start", "what the stand-in consists of, handed over once"));

    private static final Map<String, String> MANY_COMPONENTS =
            Map.ofEntries(Map.entry("standin.control.StatsSnapshot", "the fields of one JSON answer"));

    private static final Map<String, String> LONG_FILES = Map.ofEntries(
            Map.entry("proxy/config/Section", "every way to read a setting, each with its fault"),
            Map.entry("proxy/limit/Budget", "one lock, and all that is decided under it"));

    /** Classes of one package that know each other because they are one idea, by the names of all of them. */
    private static final Map<String, String> ONE_IDEA = Map.ofEntries(
            Map.entry(
                    "proxy.request: BodyIntake CollectingIntake StreamingIntake",
                    "a sealed type and its two kinds, between which it chooses"),
            Map.entry("proxy.net: Cidr OtherNotation", "a range, and the other spellings of one that it is told from"),
            Map.entry(
                    "proxy.upstream: Connector Lane UpstreamPool UpstreamPools Waiter WaitingLine",
                    "the pool, its lanes and who waits in them"),
            Map.entry(
                    "proxy.rejection: Causes RejectionClassifier",
                    "the classifier, and the table of causes that it goes by"),
            Map.entry("proxy.admission: RouteTerms Terms", "the terms of a caller, and of each route in them"),
            Map.entry(
                    "proxy.credentials.provider: AssumedRoleProvider ProfileProvider ServiceEndpoint SsoProvider StsSettings WebIdentityProvider",
                    "a profile may name another provider, whose settings may stand in that profile"),
            Map.entry("cli: RulesCommand RulesEditCommand RulesTestCommand", "a command and its subcommands"),
            Map.entry("proxy.limit: ConnectionLimit Seat", "a seat gives itself back to the limit that it is of"),
            Map.entry("proxy.limit: MemoryPlan SideConnections", "a part of the plan"),
            Map.entry("proxy.metrics: ExchangeMetrics RouteMetrics", "a route's part of the metrics of exchanges"),
            Map.entry("proxy.signing: ObjectPath WireTarget", "the form of a path that is an object's key"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.countersign");

    /** More are a state that has no name: an enum, or an object that lives as long as the state does. */
    @Test
    void noClassHasMoreThanFourBooleans() {
        Map<String, String> found = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            long booleans = type.getFields().stream()
                    .filter(field -> !isStaticOrSynthetic(field)
                            && field.getRawType().getName().equals("boolean"))
                    .count();
            if (booleans > MAX_BOOLEANS) {
                found.put(name(type), booleans + " boolean fields");
            }
        }
        assertListed("MANY_BOOLEANS", found, MANY_BOOLEANS);
    }

    /** Of a record the canonical constructor counts as its components, below. */
    @Test
    void noMethodHasMoreThanSixParameters() {
        Map<String, String> found = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            for (JavaCodeUnit method : type.getCodeUnits()) {
                int parameters = parameters(type, method);
                if (parameters > MAX_PARAMETERS && !method.getModifiers().contains(JavaModifier.SYNTHETIC)) {
                    found.put(name(type) + "." + method.getName(), parameters + " parameters");
                }
            }
        }
        assertListed("MANY_PARAMETERS", found, MANY_PARAMETERS);
    }

    @Test
    void noRecordHasMoreThanSevenComponents() {
        Map<String, String> found = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            long components = type.getFields().stream()
                    .filter(field -> !isStaticOrSynthetic(field))
                    .count();
            if (type.isRecord() && components > MAX_COMPONENTS) {
                found.put(name(type), components + " components");
            }
        }
        assertListed("MANY_COMPONENTS", found, MANY_COMPONENTS);
    }

    /** Past that there is mostly a second idea inside. */
    @Test
    void noFileHasMoreThanThreeHundredLines() throws IOException {
        Map<String, String> found = new TreeMap<>();
        int files = 0;
        for (Path sources : sources()) {
            try (Stream<Path> tree = Files.walk(sources)) {
                for (Path file :
                        tree.filter(path -> path.toString().endsWith(".java")).toList()) {
                    files++;
                    long lines = lines(file);
                    if (lines > MAX_LINES) {
                        String path = sources.resolve("io/countersign")
                                .relativize(file)
                                .toString();
                        found.put(path.substring(0, path.length() - ".java".length()), lines + " lines");
                    }
                }
            }
        }
        assertTrue(files > 200, "of all sources it found only " + files);
        assertListed("LONG_FILES", found, LONG_FILES);
    }

    /** Calls go down; what must go up goes through a small listener interface of the class below. */
    @Test
    void noCircleWithinAPackage() {
        Map<String, Map<String, Set<String>>> packages = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            String from = outermost(type);
            Map<String, Set<String>> graph = packages.computeIfAbsent(type.getPackageName(), p -> new TreeMap<>());
            Set<String> uses = graph.computeIfAbsent(from, c -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().equals(type.getPackageName()))
                    .map(ShapeTest::outermost)
                    .filter(target -> !target.equals(from))
                    .forEach(uses::add);
        }
        Map<String, String> found = new TreeMap<>();
        packages.forEach((name, graph) -> circles(graph).forEach(circle -> {
            String arrows = circle.stream()
                    .map(one -> one + " -> "
                            + graph.get(one).stream().filter(circle::contains).collect(Collectors.joining(", ")))
                    .collect(Collectors.joining("; "));
            found.put(shorten(name) + ": " + String.join(" ", circle), arrows);
        }));
        assertListed("ONE_IDEA", found, ONE_IDEA);
    }

    private static void assertListed(String list, Map<String, String> found, Map<String, String> reasons) {
        StringBuilder faults = new StringBuilder();
        found.forEach((name, what) -> {
            if (!reasons.containsKey(name)) {
                faults.append("\n  \"")
                        .append(name)
                        .append("\" has ")
                        .append(what)
                        .append(": divide it, or name it in ")
                        .append(list)
                        .append(" with the reason");
            }
        });
        reasons.keySet().stream()
                .filter(name -> !found.containsKey(name))
                .sorted()
                .forEach(name -> faults.append("\n  \"")
                        .append(name)
                        .append("\" is within the measure: take it out of ")
                        .append(list));
        assertTrue(faults.isEmpty(), faults::toString);
    }

    private static boolean isStaticOrSynthetic(JavaField field) {
        return field.getModifiers().contains(JavaModifier.STATIC)
                || field.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    /** As written in the source: the compiler adds name and ordinal to an enum's, and the outer object to an inner class's. */
    private static int parameters(JavaClass type, JavaCodeUnit method) {
        int parameters = method.getRawParameterTypes().size();
        if (!method.isConstructor()) {
            return parameters;
        }
        if (type.isRecord()) {
            long components = type.getFields().stream()
                    .filter(field -> !isStaticOrSynthetic(field))
                    .count();
            return parameters == components ? 0 : parameters;
        }
        if (type.isEnum()) {
            return parameters - 2;
        }
        return type.isInnerClass() ? parameters - 1 : parameters;
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folders of sources of all modules, beside this one's. */
    private static List<Path> sources() throws IOException {
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            return modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    /** {@code proxy.listen.Door.State} for the class of that name. */
    private static String name(JavaClass type) {
        return shorten(type.getName()).replace('$', '.');
    }

    private static String shorten(String name) {
        return name.replace("io.countersign.", "");
    }

    private static String outermost(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        return name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
    }

    /** The classes that can each reach the other, where there are more than one. */
    private static List<Set<String>> circles(Map<String, Set<String>> graph) {
        return graph.keySet().stream()
                .map(one -> {
                    Set<String> circle = new TreeSet<>(reachable(graph, one));
                    circle.removeIf(other -> !reachable(graph, other).contains(one));
                    return circle;
                })
                .filter(circle -> circle.size() > 1)
                .distinct()
                .toList();
    }

    private static Set<String> reachable(Map<String, Set<String>> graph, String from) {
        Set<String> reached = new TreeSet<>();
        Deque<String> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty()) {
            for (String one : graph.getOrDefault(next.remove(), Set.of())) {
                if (reached.add(one)) {
                    next.add(one);
                }
            }
        }
        return reached;
    }
}
