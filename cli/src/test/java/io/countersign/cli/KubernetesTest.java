package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What can be seen of deploy/kubernetes and deploy/helm without a cluster, helm or an engine; scripts/verify kubernetes sees the rest. */
@Timeout(60)
class KubernetesTest {
    private static final Path FOLDER = Path.of("../deploy/kubernetes");
    private static final Path CHART = Path.of("../deploy/helm/countersign");
    private static final Pattern VERSION = Pattern.compile("<revision>([^<]+)</revision>");

    @TempDir
    private Path temp;

    private static List<Map<?, ?>> documents(Path file) throws IOException {
        List<Map<?, ?>> all = new ArrayList<>();
        new Load(LoadSettings.builder().build())
                .loadAllFromString(Files.readString(file))
                .forEach(document -> all.add((Map<?, ?>) document));
        return all;
    }

    private static Stream<Path> manifests() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    private static Stream<Path> workloads() throws IOException {
        return manifests()
                .filter(file -> !file.startsWith(FOLDER.resolve("component")))
                .filter(file -> {
                    try {
                        return pod(file).isPresent();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /** A value within maps; null where there is none. */
    private static Object at(Object from, String... path) {
        Object at = from;
        for (String key : path) {
            at = at instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return at;
    }

    private static List<Map<?, ?>> each(Object list) {
        List<Map<?, ?>> all = new ArrayList<>();
        if (list instanceof List<?> elements) {
            elements.forEach(element -> all.add((Map<?, ?>) element));
        }
        return all;
    }

    /** The pod's specification in the file, if it has one. */
    private static Optional<Map<?, ?>> pod(Path file) throws IOException {
        for (Map<?, ?> document : documents(file)) {
            Object pod = at(document, "spec", "template", "spec");
            if (pod instanceof Map<?, ?> map) {
                return Optional.of(map);
            }
        }
        return Optional.empty();
    }

    private static Map<?, ?> container(Map<?, ?> pod) {
        return Stream.of("initContainers", "containers")
                .flatMap(key -> each(pod.get(key)).stream())
                .filter(each -> "countersign".equals(each.get("name")))
                .findFirst()
                .orElseThrow();
    }

    private static Map<?, ?> sidecar(String file) throws IOException {
        return container(pod(FOLDER.resolve(file)).orElseThrow());
    }

    private static Map<?, ?> kyverno() throws IOException {
        Map<?, ?> rule = each(at(
                        documents(FOLDER.resolve("inject/kyverno.yaml")).get(0), "spec", "rules"))
                .get(0);
        return (Map<?, ?>) at(rule, "mutate", "patchStrategicMerge", "spec");
    }

    /** What a file's ConfigMaps hold, by its name in there. */
    private static Map<String, String> data(Path file) throws IOException {
        Map<String, String> all = new HashMap<>();
        for (Map<?, ?> document : documents(file)) {
            if ("ConfigMap".equals(document.get("kind")) && document.get("data") instanceof Map<?, ?> data) {
                data.forEach((name, text) -> all.put((String) name, (String) text));
            }
        }
        return all;
    }

    /** Loads it as the pod would, from folders that are here. */
    private ProxyConfig load(Map<String, String> files, boolean gateway) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=countersign-gateway")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(temp.resolve("tls.crt"), bundle.getCertificatePathPEM());
        Files.writeString(temp.resolve("tls.key"), bundle.getPrivateKeyPEM());
        for (Map.Entry<String, String> file : files.entrySet()) {
            String here = file.getValue().replaceAll("/etc/countersign-(?:lists|tls)", temp.toString());
            Files.writeString(temp.resolve(file.getKey()), here);
        }
        HoconSource source = HoconSource.file(temp.resolve("countersign.conf"), Map.of());
        LoadResult result = (gateway ? source : source.with(List.of())).strict().load();
        if (result instanceof LoadResult.Faulty faulty) {
            throw new AssertionError(faulty.faults().toString());
        }
        return ((LoadResult.Loaded) result).config();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void eachDocumentSaysWhatItIs(Path file) throws IOException {
        Set<String> seen = new TreeSet<>();
        for (Map<?, ?> document : documents(file)) {
            assertTrue(document.get("apiVersion") instanceof String && document.get("kind") instanceof String);
            Object name = at(document, "metadata", "name");
            assertTrue(name instanceof String || "Component".equals(document.get("kind")), file.toString());
            assertTrue(seen.add(document.get("kind") + "/" + name), () -> name + " is there twice");
        }
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void eachWorkloadStartsWithItsConfigurationAndEndsInTime(Path file) throws Exception {
        ProxyConfig config = load(data(file), file.endsWith("gateway.yaml"));
        Map<?, ?> pod = pod(file).orElseThrow();
        Duration grace = Duration.ofSeconds(((Number) pod.get("terminationGracePeriodSeconds")).longValue());
        assertTrue(grace.compareTo(config.operation().drain().max()) > 0, grace + " is not longer than drain.max");

        Map<?, ?> container = container(pod);
        Map<String, Integer> ports = new HashMap<>();
        each(container.get("ports"))
                .forEach(port -> ports.put((String) port.get("name"), ((Number) port.get("containerPort")).intValue()));
        assertEquals(config.admin().bind().port(), ports.get("cs-admin"));
        assertEquals("0.0.0.0", config.admin().bind().host(), "the kubelet could not ask the probes");
        Set<Integer> listening = new TreeSet<>(Set.of(config.admin().bind().port()));
        config.listeners()
                .forEach(listener ->
                        listening.add(listener.bind().tcp().orElseThrow().port()));
        assertTrue(listening.containsAll(ports.values()), () -> ports + " are not all listened on: " + listening);
        for (String probe : List.of("startupProbe", "livenessProbe")) {
            assertEquals("/livez", at(container, probe, "httpGet", "path"));
            assertEquals("cs-admin", at(container, probe, "httpGet", "port"));
        }
        boolean sidecar = file.getFileName().toString().startsWith("sidecar");
        assertEquals(sidecar ? null : "/readyz", at(container, "readinessProbe", "httpGet", "path"));
        for (Map<?, ?> document : documents(file)) {
            if ("Service".equals(document.get("kind"))) {
                each(at(document, "spec", "ports"))
                        .forEach(port -> assertTrue(ports.containsKey(port.get("targetPort"))));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void eachMountHasItsVolumeAndEachVolumeItsConfigMap(Path file) throws IOException {
        Set<Object> maps = new HashSet<>();
        for (Map<?, ?> document : documents(file)) {
            if ("ConfigMap".equals(document.get("kind"))) {
                maps.add(at(document, "metadata", "name"));
            }
        }
        Map<?, ?> pod = pod(file).orElseThrow();
        Set<Object> volumes = new HashSet<>();
        for (Map<?, ?> volume : each(pod.get("volumes"))) {
            volumes.add(volume.get("name"));
            Object map = at(volume, "configMap", "name");
            assertTrue(map == null || maps.contains(map), () -> map + " is not in the file");
        }
        for (Map<?, ?> mount : each(container(pod).get("volumeMounts"))) {
            assertTrue(volumes.contains(mount.get("name")), () -> mount + " has no volume");
            assertNull(mount.get("subPath"), "a kubelet never updates it");
        }
    }

    /** A second copy that says something else would be found by whoever injects it. */
    @Test
    void theSidecarIsTheSameWhereverItIsWritten() throws IOException {
        Map<?, ?> sidecar = sidecar("sidecar-native.yaml");
        assertEquals("Always", sidecar.get("restartPolicy"));
        Map<Object, Object> classic = new HashMap<>(sidecar);
        classic.remove("restartPolicy");
        assertEquals(classic, sidecar("sidecar-classic.yaml"));
        assertEquals(sidecar, sidecar("component/sidecar.yaml"));
        assertEquals(sidecar, container(kyverno()));
        List<Object> volumes = new ArrayList<>(each(kyverno().get("volumes")));
        assertEquals(
                volumes,
                each(pod(FOLDER.resolve("component/sidecar.yaml")).orElseThrow().get("volumes")));
        assertTrue(each(pod(FOLDER.resolve("sidecar-native.yaml")).orElseThrow().get("volumes"))
                .containsAll(volumes));

        Map<?, ?> policy =
                documents(FOLDER.resolve("inject/mutatingadmissionpolicy.yaml")).get(0);
        String expression = (String) at(each(at(policy, "spec", "mutations")).get(0), "jsonPatch", "expression");
        Set<String> missing = new TreeSet<>();
        words(sidecar, missing);
        words(volumes, missing);
        missing.removeIf(word -> Pattern.compile("\\b" + Pattern.quote(word) + "\\b")
                .matcher(expression)
                .find());
        assertEquals(Set.of(), missing);
    }

    private static void words(Object value, Set<String> into) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> {
                into.add((String) key);
                words(inner, into);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(each -> words(each, into));
        } else {
            into.add(String.valueOf(value).replaceFirst("^\\W+", "").replaceFirst("\\W+$", ""));
        }
    }

    @Test
    void theConfigurationOfInjectedSidecarsIsTheSame() throws Exception {
        Map<String, String> injected = data(FOLDER.resolve("inject/config.yaml"));
        load(injected, false);
        for (String name : injected.keySet()) {
            assertEquals(
                    injected.get(name),
                    Files.readString(FOLDER.resolve("component").resolve(name)),
                    name);
            assertEquals(
                    injected.get(name),
                    data(FOLDER.resolve("sidecar-native.yaml")).get(name),
                    name);
        }
    }

    /** scripts/chart-schema writes it. */
    @Test
    void theChartTakesTheConfigurationThatThisVersionTakes() throws IOException {
        Object chart = documents(CHART.resolve("values.schema.json")).get(0);
        Map<Object, Object> config = new HashMap<>((Map<?, ?>) at(chart, "properties", "config"));
        config.remove("description");
        Command schema = Command.run("schema");
        Files.writeString(temp.resolve("schema.json"), schema.out());
        Object now = at(documents(temp.resolve("schema.json")).get(0), "properties", "countersign");
        assertEquals(now, config, "run scripts/chart-schema");
    }

    /** A value that the schema does not name could not be set. */
    @Test
    void theChartsSchemaHasEachOfItsValues() throws IOException {
        Object chart = documents(CHART.resolve("values.schema.json")).get(0);
        Map<Object, Object> values =
                new HashMap<>(documents(CHART.resolve("values.yaml")).get(0));
        Set<Object> named = new HashSet<>(((Map<?, ?>) at(chart, "properties")).keySet());
        assertTrue(named.remove("global"));
        assertEquals(values.keySet(), named);
    }

    @Test
    void theChartIsOfThisVersion() throws IOException {
        Map<?, ?> chart = documents(CHART.resolve("Chart.yaml")).get(0);
        assertEquals(version(), chart.get("version"));
        assertEquals(version(), chart.get("appVersion"));
    }

    private static String version() throws IOException {
        Matcher version = VERSION.matcher(Files.readString(Path.of("../pom.xml")));
        assertTrue(version.find());
        return version.group(1);
    }

    @Test
    void eachImageIsOfThisVersion() throws IOException {
        Pattern image = Pattern.compile("registry\\.example/countersign(?:-gateway)?:([A-Za-z0-9._-]+)");
        for (Path file : manifests().toList()) {
            Matcher used = image.matcher(Files.readString(file));
            while (used.find()) {
                assertEquals(version(), used.group(1), file.toString());
            }
        }
    }
}
