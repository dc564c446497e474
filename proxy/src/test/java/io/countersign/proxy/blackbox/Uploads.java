package io.countersign.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.Head;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.ScriptedConnection;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.testing.Await;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** Rigs whose request bodies stream, and an upstream that keeps the bytes it got of each. */
final class Uploads {
    private Uploads() {}

    /** To S3 over TLS, bodies unsigned. */
    static Rig s3(String... settings) {
        return over(FakeUpstream.https(), "service = s3, payload = unsigned", settings);
    }

    /** To a service that takes chunks, over TLS, bodies unsigned. */
    static Rig lattice(String... settings) {
        return over(FakeUpstream.https(), "service = vpc-lattice-svcs, payload = unsigned", settings);
    }

    /** To S3 without TLS: bodies are signed, and stream when their client announces the hash. */
    static Rig signed(String... settings) {
        return over(FakeUpstream.http(), "service = s3", settings);
    }

    private static Rig over(FakeUpstream upstream, String route, String... settings) {
        String[] all = new String[settings.length + 1];
        all[0] = "countersign.routes.main { " + route + " }";
        System.arraycopy(settings, 0, all, 1, settings.length);
        return new Rig(upstream, all);
    }

    static String route(String setting) {
        return TestProxy.main(setting);
    }

    static String announcing(String body) {
        return "X-Amz-Content-Sha256: " + sha256(body);
    }

    static String sha256(String body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Never answers: reads each connection to its end and keeps what came behind the head. */
    static final class Recorder implements Script {
        private final List<String> bodies = new CopyOnWriteArrayList<>();
        private final int first;
        private final Gate begun = new Gate();

        /** @param first bytes of the body after which {@link #awaitBegun} goes on */
        Recorder(int first) {
            this.first = first;
        }

        @Override
        public boolean beforeBody(Head head, ScriptedConnection connection) {
            String beginning = connection.readExactly(first);
            begun.open();
            bodies.add(beginning + connection.readToEnd());
            return true;
        }

        @Override
        public void answer(ReceivedRequest request, ScriptedConnection connection) {
            throw new AssertionError("was taken before its body");
        }

        void awaitBegun() {
            begun.pass();
        }

        /** The bytes of the one request that came, once its connection has ended. */
        String body() {
            Await.until("the upload's connection has ended", () -> !bodies.isEmpty());
            return bodies.get(0);
        }
    }

    /** Hands each request to {@code script} before its body is read. */
    static void early(Rig rig, BiConsumer<Head, ScriptedConnection> script) {
        rig.upstream.script(new Script() {
            @Override
            public boolean beforeBody(Head head, ScriptedConnection connection) {
                script.accept(head, connection);
                return true;
            }

            @Override
            public void answer(ReceivedRequest request, ScriptedConnection connection) {
                throw new AssertionError("was taken before its body");
            }
        });
    }

    /** Bodies, places and everything that waited have been given back. */
    static void assertNothingIsHeld(TestProxy proxy) {
        for (String gauge : List.of("countersign_buffered_bytes", "countersign_in_flight", "countersign_waiting")) {
            Await.until(gauge + " is 0", () -> metric(proxy, gauge) == 0);
        }
    }

    /** The value of a sample without labels. */
    static double metric(TestProxy proxy, String name) {
        try (RawClient client = RawClient.connect(proxy.adminAddress())) {
            return client.send(Requests.get("/metrics", "Connection: close"))
                    .read()
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + name + " among the metrics"));
        }
    }
}
