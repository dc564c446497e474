package io.countersign.proxy;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.upstream.Upstream;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A configuration is taken whole or not at all. */
class SnapshotFactoryTest {
    private final SnapshotFactory factory = new SnapshotFactory(
            Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC),
            new Environment(Map.of(), Path.of("")),
            config -> List.of());

    @AfterEach
    void close() {
        factory.close();
    }

    @Test
    void keepsUpstreamsAndCredentialsThatDidNotChange() throws StartFailure {
        Snapshot first = factory.compile(config("http://127.0.0.1:1/a", "A"));
        NamedCredentials source = factory.credentials().get("default").orElseThrow();
        Snapshot second = factory.compile(config("http://127.0.0.1:1/a", "A"));
        assertSame(upstream(first), upstream(second));
        assertSame(source, factory.credentials().get("default").orElseThrow());

        Snapshot third = factory.compile(config("http://127.0.0.1:1/b", "B"));
        assertNotSame(upstream(first), upstream(third));
        assertNotSame(source, factory.credentials().get("default").orElseThrow());
        assertNotSame(upstream(first), upstream(factory.compile(config("http://127.0.0.1:1/a", "A"))));
    }

    /** An upstream that was retired is not found again; so the same one proves that it was in service all the time. */
    @Test
    void aFaultOfOurOwnWhileCompilingLeavesEverythingInService() throws Exception {
        Snapshot first = factory.compile(config("http://127.0.0.1:1/a", "A"));
        NamedCredentials source = factory.credentials().get("default").orElseThrow();

        ProxyConfig impossible = withoutCredentials(config("http://127.0.0.1:1/b", "A"));
        assertThrows(IllegalStateException.class, () -> factory.compile(impossible));

        assertSame(source, factory.credentials().get("default").orElseThrow());
        Snapshot again = factory.compile(config("http://127.0.0.1:1/a", "A"));
        assertSame(upstream(first), upstream(again));
        assertSame(source, factory.credentials().get("default").orElseThrow());
    }

    private static Upstream upstream(Snapshot snapshot) {
        return snapshot.routes().routes().get(0).upstream();
    }

    private static ProxyConfig config(String url, String secret) {
        String hocon = """
                countersign {
                  credentials.default { access-key-id = AKIDEXAMPLE, secret-access-key = "%s" }
                  routes.main { upstream = "%s", service = execute-api, region = us-east-1 }
                }
                """.formatted(secret, url);
        LoadResult result =
                HoconSource.text(hocon, Path.of("").toAbsolutePath(), Map.of()).load();
        return ((LoadResult.Loaded) result).config();
    }

    /** What a checked configuration never is: its routes name credentials that are not there. */
    private static ProxyConfig withoutCredentials(ProxyConfig config) throws ReflectiveOperationException {
        RecordComponent[] components = ProxyConfig.class.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = components[i].getName().equals("credentials")
                    ? Map.of()
                    : components[i].getAccessor().invoke(config);
        }
        return ProxyConfig.class.getDeclaredConstructor(types).newInstance(values);
    }
}
