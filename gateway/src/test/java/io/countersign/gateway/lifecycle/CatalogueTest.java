package io.countersign.gateway.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.calls.Exchanges;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Query;
import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.countersign.gateway.settings.GatewayConfig;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    private final Lifecycles lifecycles = new Lifecycles(Clock.systemUTC());

    @Test
    void showsWhatThereIsAndWhoStillCallsWhatEnds() throws Problem {
        lifecycles.taken(config());
        for (String route : new String[] {"old", "old", "new"}) {
            lifecycles.observers().get(0).finished(Exchanges.onRoute(route, "10.0.0.7"));
        }

        assertEquals("""
                {"routes":[{"name":"new","state":"live","description":"All samples","owner":"team a","docs":"https://docs.example/",\
                "labels":{"tier":"one"},"path_prefix":"/new","methods":[],"hosts":[]},\
                {"name":"old","state":"deprecated","labels":{},"path_prefix":"/old","methods":["POST"],"hosts":[],\
                "deprecation":"2027-01-01T00:00:00Z","sunset":"2027-07-01T00:00:00Z",\
                "brownout":{"for_seconds":300,"every_seconds":21600},"successor":"/new",\
                "still_called_by":[{"caller":"10.0.0.7","calls":2,"last":"1970-01-01T00:00:01Z"}]}]}""", answer(""));
    }

    @Test
    void speaksBackstagesLanguage() throws Problem {
        lifecycles.taken(config());
        String entities = answer("format=backstage");
        assertTrue(entities.startsWith("""
                        {"entities":[{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"new",\
                        "description":"All samples","labels":{"countersign.io/tier":"one"},\
                        "annotations":{"countersign.io/route":"new","countersign.io/state":"live"},\
                        "links":[{"url":"https://docs.example/","title":"Documentation"}]},\
                        "spec":{"type":"service","lifecycle":"production","owner":"team-a"}},"""), entities);
        assertTrue(entities.contains("\"lifecycle\":\"deprecated\",\"owner\":\"unknown\""), entities);
        assertThrows(Problem.class, () -> answer("format=xml"));
    }

    @Test
    void listsABoundedNumberOfCallers() {
        DeprecatedCallers callers = new DeprecatedCallers();
        callers.watch(config().extension(GatewayConfig.class).orElseThrow().lifecycle());
        for (int i = 0; i < DeprecatedCallers.MAX_CALLERS + 20; i++) {
            callers.finished(Exchanges.onRoute("old", "10.0.0." + i));
        }
        assertEquals(DeprecatedCallers.MAX_CALLERS, callers.of("old").size());
    }

    private String answer(String query) throws Problem {
        Token token = new Token("reader", Optional.of(Role.VIEWER), Optional.empty());
        Call call = new Call(
                token, Instant.now(), HttpMethod.GET, Map.of(), Query.parse(query, Set.of("format")), Optional.empty());
        return lifecycles
                .catalogue()
                .operations()
                .get(HttpMethod.GET)
                .action()
                .run(call)
                .body()
                .orElseThrow()
                .written();
    }

    private static ProxyConfig config() {
        String text = """
                countersign { routes {
                  new { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com", match.path-prefix = "/new"
                        description = "All samples", owner = "team a", docs = "https://docs.example/", labels { tier = one } }
                  old { upstream = "https://abc124.execute-api.us-east-1.amazonaws.com"
                        match { path-prefix = "/old", methods = [POST] }
                        state = deprecated, deprecation = 2027-01-01, sunset = 2027-06-30, successor = "/new"
                        brownout { for = 5 minutes, every = 6 hours } }
                } }
                """;
        return ((LoadResult.Loaded) HoconSource.text(text, Path.of("").toAbsolutePath(), Map.of())
                        .load())
                .config();
    }
}
