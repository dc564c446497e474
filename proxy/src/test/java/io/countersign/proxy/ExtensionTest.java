package io.countersign.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.admission.Head;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WireTest
class ExtensionTest {
    private static final String CONFIG = """
            countersign {
              listeners = [{ bind = "127.0.0.1:0" }]
              admin { bind = "127.0.0.1:0" }
              credentials { default { access-key-id = AKIDEXTENSION, secret-access-key = secret } }
              routes { metrics { upstream = "http://127.0.0.1:1", service = execute-api, region = us-east-1
                                 match { path-prefix = "/w" } } }
            }
            """;

    @Test
    void judgesRequestsAndHearsOfEveryExchange(@TempDir Path folder) throws StartFailure {
        List<Integer> statuses = new CopyOnWriteArrayList<>();
        List<String> judged = new CopyOnWriteArrayList<>();
        Extension extension = new Extension() {
            @Override
            public String name() {
                return "listening";
            }

            @Override
            public List<Guard> guards(ProxyConfig config) {
                return List.of(new Guard() {
                    @Override
                    public Ruling judge(Caller caller, Head head) {
                        judged.add(head.toString());
                        return Guard.super.judge(caller, head);
                    }
                });
            }

            @Override
            public List<ExchangeObserver> observers() {
                return List.of(
                        exchange -> statuses.add(exchange.outcome().response().status()));
            }
        };
        try (ProxyServer server = ProxyServer.start(
                        HoconSource.text(CONFIG, folder, Map.of()), List.of(extension), Environment.ofProcess());
                RawClient client = RawClient.connect(server.address())) {
            assertEquals(404, client.send(Requests.get("/elsewhere")).read().status());
            assertEquals(1, judged.size());
            Await.until("the extension hears of it", () -> statuses.equals(List.of(404)));
        }
    }
}
