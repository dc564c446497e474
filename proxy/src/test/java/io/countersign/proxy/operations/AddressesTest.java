package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.WireTest;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where it listens, what it says of that, and who may name it how. */
@WireTest
class AddressesTest {
    private static String listeners(InetSocketAddress taken) {
        return "countersign.listeners = [{ bind = \"127.0.0.1:" + taken.getPort() + "\" }]";
    }

    private static List<String> faults(HoconSource source) {
        StartFailure failure =
                assertThrows(StartFailure.class, () -> ProxyServer.start(source).close());
        assertEquals(StartFailure.Cause.ENVIRONMENT, failure.cause());
        return failure.faults().stream().map(Object::toString).toList();
    }

    @Test
    void aTakenPortIsNamedWithItsPlaceAndTheRemedy(@TempDir Path folder) {
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream)) {
            int listen = site.address().getPort();
            int admin = site.adminAddress().getPort();
            Path file = folder.resolve("second.conf");
            Site.write(
                    folder, "second.conf", Site.conf(upstream.url(), listeners(site.address()), """
                    countersign.admin.bind = "127.0.0.1:%d"
                    """.formatted(admin)));
            List<String> faults = faults(HoconSource.file(file, Map.of()));
            assertEquals(2, faults.size(), faults::toString);
            String adminFault = faults.get(0);
            assertTrue(
                    adminFault.matches(".*second\\.conf:\\d+ \\(admin\\.bind\\): cannot listen on 127\\.0\\.0\\.1:"
                            + admin + ": another program.*"),
                    adminFault);
            assertTrue(adminFault.contains("admin.bind, COUNTERSIGN_ADMIN_BIND or --admin"), adminFault);
            assertTrue(adminFault.contains("port 0 takes any free one"), adminFault);
            assertEquals(1, adminFault.split("cannot listen", -1).length - 1, adminFault);
            String listenerFault = faults.get(1);
            assertTrue(
                    listenerFault.matches(".*second\\.conf:\\d+ \\(listeners\\[0]\\.bind\\): cannot listen on 127.*:"
                            + listen + ": another program.*"),
                    listenerFault);
            assertTrue(listenerFault.contains("COUNTERSIGN_LISTENERS_0_BIND or --listen"), listenerFault);
        }
    }

    @Test
    void aTakenPortOfTheCommandLineOrTheEnvironmentIsNamedSo(@TempDir Path folder) {
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream)) {
            String listen = "127.0.0.1:" + site.address().getPort();
            String admin = "127.0.0.1:" + site.adminAddress().getPort();
            List<String> faults = faults(HoconSource.upstream(
                    "https://abc123.execute-api.us-east-1.amazonaws.com/prod",
                    Optional.of(listen),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of("COUNTERSIGN_ADMIN_BIND", admin)));
            assertTrue(faults.get(0).startsWith("environment variable COUNTERSIGN_ADMIN_BIND"), faults::toString);
            assertTrue(faults.get(1).startsWith("command line (listeners[0].bind): "), faults::toString);
        }
    }

    @Test
    void anAddressThatTheMachineHasNotIsNamedSo(@TempDir Path folder) {
        try (FakeUpstream upstream = FakeUpstream.http()) {
            Site.write(folder, "allow.list", "127.0.0.0/8\n");
            Site.write(folder, "deny.list", "");
            Site.write(folder, Site.CONF, Site.conf(upstream.url(), "countersign.admin.bind = \"203.0.113.7:0\""));
            List<String> faults = faults(HoconSource.file(folder.resolve(Site.CONF), Map.of()));
            assertTrue(faults.get(0).contains("this machine has no such address"), faults::toString);
        }
    }

    @Test
    void saysTheAddressItWasGiven(@TempDir Path folder) {
        String everywhere = "countersign { listeners = [{ bind = \"0.0.0.0:0\" }], admin.bind = \"0.0.0.0:0\" }";
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream, everywhere)) {
            assertEquals("0.0.0.0", site.address().getAddress().getHostAddress());
            assertEquals("0.0.0.0", site.adminAddress().getAddress().getHostAddress());
            assertTrue(site.address().getPort() > 0);
        }
    }

    @Test
    void allowedHostsOfTheAdminPortFollowTheFile(@TempDir Path folder) {
        String probe = "GET /livez HTTP/1.1\r\nHost: countersign.monitoring:8006\r\n\r\n";
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream)) {
            assertEquals(421, ask(site, probe));
            site.write(
                    Site.CONF, Site.conf(upstream.url(), "countersign.admin.allowed-hosts = [Countersign.monitoring]"));
            site.server().reload();
            site.log.await("configuration taken");
            assertEquals(200, ask(site, probe));
            assertEquals(0, site.log.count("admin.bind takes effect"));
        }
    }

    private static int ask(Site site, String request) {
        try (RawClient client = RawClient.connect(site.adminAddress())) {
            return client.send(request).read().status();
        }
    }
}
