package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The task definitions of deploy/ecs and the CloudFormation template: what they set by the environment is a configuration with the
 * file that the image has, and their numbers fit those of the proxy.
 */
class EcsFilesTest {
    private static final Path DEPLOY = Path.of("../deploy");
    private static final Path BAKED = Path.of("../conf/countersign.conf");

    /** A container definition, by the names that ECS's API has; those of CloudFormation begin with a capital. */
    private record Container(Map<String, Object> fields) {
        static List<Container> of(String file) throws IOException {
            // What functions insert is one word of a kind that fits.
            String text = Files.readString(DEPLOY.resolve(file))
                    .replaceAll("!\\w+ ?", "")
                    .replace("${AWS::Region}", "us-east-1")
                    .replace("${AWS::URLSuffix}", "amazonaws.com")
                    .replace("${DenyList}", "/stack/deny")
                    .replaceAll("\\$\\{[^}]*}", "abc123");
            Object read = new Load(LoadSettings.builder().build()).loadFromString(text);
            List<?> containers = (List<?>)
                    (file.endsWith(".json")
                            ? at(read, "containerDefinitions")
                            : at(read, "resources", "task", "properties", "containerDefinitions"));
            return containers.stream()
                    .map(each -> new Container(lowerCase(each)))
                    .toList();
        }

        private static Object at(Object object, String... path) {
            Object at = object;
            for (String name : path) {
                at = lowerCase(at).get(name);
            }
            return at;
        }

        private static Map<String, Object> lowerCase(Object object) {
            Map<String, Object> fields = new TreeMap<>();
            ((Map<?, ?>) object).forEach((name, value) -> {
                String text = (String) name;
                fields.put(Character.toLowerCase(text.charAt(0)) + text.substring(1), value);
            });
            return fields;
        }

        Map<String, Object> map(String name) {
            return lowerCase(fields.get(name));
        }

        Stream<Map<String, Object>> each(String name) {
            return ((List<?>) fields.getOrDefault(name, List.of())).stream().map(Container::lowerCase);
        }

        /** With secrets, whose values are not here. */
        Map<String, String> environment() {
            Map<String, String> environment = new HashMap<>(Command.KEYS);
            each("environment").forEach(each -> environment.put((String) each.get("name"), (String) each.get("value")));
            each("secrets").forEach(each -> environment.put((String) each.get("name"), "a-secret"));
            return environment;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ecs/fargate.json", "ecs/ec2.json", "cloudformation/countersign.yaml"})
    void whatTheyHaveInTheEnvironmentIsAConfiguration(String file) throws Exception {
        Map<String, String> environment = Container.of(file).get(0).environment();
        Command check = Command.run(environment, "", "check", "--config", BAKED.toString());
        assertEquals(0, check.exitCode(), check.err());

        ProxyConfig config = load(environment);
        RouteConfig route = config.routes().get(0);
        assertTrue(
                route.upstream().authority().matches("abc123\\.execute-api\\.us-east-1\\.amazonaws\\.com(:443)?"),
                route.upstream()::authority);
        AccessConfig access = config.access();
        assertEquals(
                1,
                access.remote().lists().size(),
                "a list of who may not call, which can be edited while the task runs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ecs/fargate.json", "ecs/ec2.json", "cloudformation/countersign.yaml"})
    void theirNumbersFitThoseOfTheProxy(String file) throws Exception {
        List<Container> containers = Container.of(file);
        Container sidecar = containers.get(0);
        assertEquals("countersign", sidecar.fields().get("name"));
        assertEquals("65532:65532", sidecar.fields().get("user"));
        assertEquals(true, sidecar.fields().get("readonlyRootFilesystem"));
        assertTrue((int) sidecar.fields().get("memory") >= 128, "useful from 128 MiB on");
        long drain = load(sidecar.environment()).operation().drain().max().toSeconds();
        assertTrue((int) sidecar.fields().get("stopTimeout") > drain, "it is killed while it drains");

        List<?> command = (List<?>) sidecar.map("healthCheck").get("command");
        assertEquals("CMD", command.get(0));
        Path program = Path.of(((String) command.get(1)).replaceFirst("^/opt/countersign/bin", "../deploy/container"));
        assertTrue(Files.isExecutable(program), command::toString);

        Map<String, Object> dependsOn =
                containers.get(1).each("dependsOn").findFirst().orElseThrow();
        assertEquals("countersign", dependsOn.get("containerName"));
        assertEquals("HEALTHY", dependsOn.get("condition"));
    }

    /** ECS runs a health check in the container, which takes a shell, so the plain image would never be healthy. */
    @Test
    void theyNameTheImageThatHasAShell() throws Exception {
        for (String file : List.of("ecs/fargate.json", "ecs/ec2.json", "cloudformation/countersign.yaml")) {
            String text = Files.readString(DEPLOY.resolve(file));
            assertTrue(text.matches("(?s).*/countersign:[0-9.]+-debian\\b.*"), file);
            assertFalse(text.matches("(?s).*/countersign:[0-9.]+[\"\\s].*"), file);
        }
    }

    private static ProxyConfig load(Map<String, String> environment) {
        LoadResult result = HoconSource.file(BAKED, environment).load();
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                .config();
    }
}
