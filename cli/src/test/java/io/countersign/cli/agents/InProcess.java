package io.countersign.cli.agents;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;

/**
 * Stand-in and proxy in this process, where an upstream is back within the seconds for which agents that live inside a
 * program keep trying.
 */
final class InProcess implements AutoCloseable {
    private final StandInOptions options;
    private StandIn standIn;
    private final ProxyServer proxy;

    private InProcess(StandInOptions options, StandIn standIn, ProxyServer proxy) {
        this.options = options;
        this.standIn = standIn;
        this.proxy = proxy;
    }

    static InProcess start(Path folder) throws IOException, GeneralSecurityException, StartFailure {
        Credential key = Credential.of("AKIDAGENTS", "secret-of-agents");
        InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free());
        StandInOptions options = StandInOptions.defaults()
                .withListen(listen)
                .withCredentials(List.of(key))
                .withDataDir(folder.resolve("standin"))
                .withCaOut(folder.resolve("ca.pem"));
        StandIn standIn = StandIn.start(options);
        Path config = Files.writeString(
                folder.resolve("countersign.conf"), """
                countersign {
                  listeners = [{ bind = "127.0.0.1:0" }]
                  admin { bind = "127.0.0.1:0" }
                  drain { quiet = 10 ms }
                  credentials { default { access-key-id = "%s", secret-access-key = "%s" } }
                  routes {
                    gateway {
                      upstream = "https://localhost:%d/prod"
                      service = execute-api
                      region = us-east-1
                      tls { ca = "ca.pem" }
                    }
                  }
                }
                """.formatted(key.accessKey(), key.secretKey(), standIn.port()));
        return new InProcess(options, standIn, ProxyServer.start(HoconSource.file(config, Map.of())));
    }

    String url(String path) {
        return "http://127.0.0.1:" + proxy.address().getPort() + path;
    }

    StandIn standIn() {
        return standIn;
    }

    void stopUpstream() throws IOException {
        standIn.close();
    }

    MetricsPage metrics() throws IOException {
        return MetricsPage.of("http://127.0.0.1:" + proxy.adminAddress().getPort() + "/metrics");
    }

    /** The distinct lines of one of the stand-in's ledgers. */
    List<String> ledger(String file) throws IOException {
        Path ledger = options.dataDir().orElseThrow().resolve(file);
        return Files.readAllLines(ledger).stream().distinct().toList();
    }

    /** On the same port, with what it had taken. */
    void startUpstream() throws IOException, GeneralSecurityException {
        standIn = StandIn.start(options);
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        standIn.close();
    }
}
