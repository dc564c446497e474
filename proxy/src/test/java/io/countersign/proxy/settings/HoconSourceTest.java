package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.route.FailureConfig;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.route.RouteTimes;
import io.countersign.proxy.route.WebSocketTimes;
import io.countersign.proxy.signing.SignatureIn;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.signing.SigningScope;
import io.countersign.proxy.upstream.ConnectionTimes;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HoconSourceTest {
    private static final String GATEWAY = "https://abc123.execute-api.us-east-1.amazonaws.com/prod";

    @TempDir
    Path folder;

    @Test
    void fillsInEveryDefaultAroundOneUpstream() {
        ProxyConfig config = loaded("countersign { routes { metrics { upstream = \"" + GATEWAY + "\" } } }");

        assertEquals(List.of(new HostPort("127.0.0.1", 8005)), binds(config));
        assertEquals(Duration.ofSeconds(10), config.listeners().get(0).headTimeout());
        assertEquals(Duration.ofSeconds(60), config.listeners().get(0).keepAliveIdle());
        assertEquals(new HostPort("127.0.0.1", 8006), config.admin().bind());
        assertEquals(
                Set.of("localhost", "127.0.0.1", "[::1]"),
                config.access().allowedHosts().names());
        assertEquals(8 << 10, config.limits().message().maxHeaderBytes());
        assertEquals(4 << 10, config.limits().message().maxTargetBytes());
        assertEquals(100, config.limits().message().maxHeaders());
        assertEquals(10 << 20, config.limits().body());
        assertEquals(
                Map.of(
                        "default",
                        new CredentialsConfig("default", new CredentialsConfig.DefaultChain(), Optional.empty())),
                config.credentials());
        assertTrue(config.limits().eventLoops() >= 1 && config.limits().eventLoops() <= 4);
        RouteConfig route = config.routes().get(0);
        assertEquals("metrics", route.name());
        assertEquals(new RouteConfig.Match("/", Set.of(), Set.of()), route.match());
        assertEquals(
                "abc123.execute-api.us-east-1.amazonaws.com", route.upstream().authority());
        assertEquals("/prod", route.upstream().basePath());
        assertEquals(
                Optional.of(new SigningConfig(
                        SigningScope.of("execute-api", "us-east-1"),
                        "default",
                        io.countersign.sigv4.PathStyle.AWS,
                        true,
                        PayloadMode.SIGNED,
                        new SignatureIn.Headers())),
                route.signing());
        assertEquals(10_240, route.signing().orElseThrow().maxHead());
        assertEquals(FailureConfig.Mode.AUTO, route.delivery().failure().mode());
        assertEquals(10 << 20, route.conditions().maxBody());
        assertEquals(
                new RouteTimes(
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(29),
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(5),
                        new WebSocketTimes(Duration.ofMinutes(10), Duration.ofHours(2)),
                        new ConnectionTimes(Duration.ofSeconds(3), Duration.ofSeconds(30), Duration.ofMinutes(5))),
                route.delivery().timeouts());
    }

    @Test
    void runsFromAnUpstreamAloneAndLetsLoopbackIn() throws Exception {
        LoadResult result = HoconSource.upstream(
                        GATEWAY,
                        Optional.of("127.0.0.1:0"),
                        Optional.of("127.0.0.1:0"),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of())
                .load();

        ProxyConfig config = assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                .config();
        assertEquals(List.of(new HostPort("127.0.0.1", 0)), binds(config));
        assertEquals("us-east-1", config.routes().get(0).signing().orElseThrow().region());
        assertInstanceOf(
                Verdict.Allowed.class, config.access().rules().addresses().decide(InetAddress.getLoopbackAddress()));
        assertInstanceOf(
                Verdict.Denied.class, config.access().rules().addresses().decide(InetAddress.getByName("10.0.0.1")));
    }

    @Test
    void readsListsRelativeToTheFileAndNamesThemAsConfigured() throws Exception {
        Files.writeString(folder.resolve("deny.list"), "# none of them\n10.9.0.0/16 # lab\n");
        Files.writeString(folder.resolve("c.conf"), """
                countersign {
                  access { allow = ["10.0.0.0/8"], deny-files = ["deny.list"] }
                  routes { metrics { upstream = "%s" } }
                }
                """.formatted(GATEWAY));

        LoadResult result = HoconSource.file(folder.resolve("c.conf"), Map.of()).load();

        ProxyConfig config = assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                .config();
        assertEquals(
                "deny.list:2 (10.9.0.0/16)",
                config.access()
                        .rules()
                        .addresses()
                        .decide(InetAddress.getByName("10.9.1.1"))
                        .by()
                        .toString());
        assertEquals(
                "access.allow[0] (10.0.0.0/8)",
                config.access()
                        .rules()
                        .addresses()
                        .decide(InetAddress.getByName("10.1.1.1"))
                        .by()
                        .toString());
        assertEquals(Set.of(folder.resolve("c.conf"), folder.resolve("deny.list")), result.files());
    }

    private ProxyConfig loaded(String hocon) {
        LoadResult result = HoconSource.text(hocon, folder, Map.of()).load();
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                .config();
    }

    private static List<HostPort> binds(ProxyConfig config) {
        return config.listeners().stream()
                .flatMap(each -> each.bind().tcp().stream())
                .toList();
    }
}
