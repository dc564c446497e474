package io.countersign.standin;

import io.countersign.standin.control.ControlServer;
import io.countersign.standin.control.StatsSnapshot;
import io.countersign.standin.fault.Faults;
import io.countersign.standin.ingest.Ingest;
import io.countersign.standin.serve.Gateway;
import io.countersign.standin.serve.Listener;
import io.countersign.standin.stats.Counter;
import io.countersign.standin.stats.Counters;
import io.countersign.standin.stats.LastRequests;
import io.countersign.standin.stats.SeenRequest;
import io.countersign.standin.tls.Authority;
import io.countersign.standin.tls.ServerTls;
import io.countersign.standin.verify.Credentials;
import io.countersign.standin.verify.SignatureVerifier;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A running stand-in for API Gateway.
 *
 * <p>It shares no code with the proxy that it judges: its parser, its verification and its limits are its own.
 */
public final class StandIn implements Closeable {
    private static final int LAST_REQUESTS = 256;

    private final Authority authority;
    private final Credentials credentials;
    private final Counters counters;
    private final LastRequests last;
    private final Faults faults;
    private final Ingest ingest;
    private final Listener listener;
    private final ControlServer control;

    private StandIn(StandInOptions options) throws IOException, GeneralSecurityException {
        // Certificates go by the real time, which is what clients hold them against, wherever options.clock() stands.
        Instant now = Instant.now();
        authority = options.dataDir().isPresent()
                ? Authority.keptIn(options.dataDir().get(), now)
                : Authority.create(now);
        if (options.caOut().isPresent()) {
            authority.writeCertificate(options.caOut().get());
        }
        credentials = new Credentials(options.credentials());
        counters = new Counters();
        last = new LastRequests(LAST_REQUESTS);
        faults = new Faults(() -> ThreadLocalRandom.current().nextDouble(), System::nanoTime);
        SignatureVerifier verifier = new SignatureVerifier(
                credentials, options.region(), options.service(), options.pathMode(), this::countOpinion);
        ServerTls tls = new ServerTls(authority, names(options), now);
        ingest = Ingest.open(options.dataDir(), counters);
        Gateway.Terms terms = new Gateway.Terms(options.openPaths(), options.bodyLimit(), options.pathMode());
        Gateway gateway = new Gateway(verifier, faults, ingest, counters, last, options.clock(), terms);
        control = startControl(options);
        listener = startListener(options, tls, gateway);
    }

    /** Starts it; when this returns, both ports accept connections. */
    public static StandIn start(StandInOptions options) throws IOException, GeneralSecurityException {
        return new StandIn(options);
    }

    private ControlServer startControl(StandInOptions options) throws IOException {
        try {
            return ControlServer.start(options.control(), counters, ingest, faults, last, credentials, options.clock());
        } catch (IOException e) {
            ingest.close();
            throw new IOException(Listener.cannotListen(options.control(), e), e);
        } catch (RuntimeException e) {
            ingest.close();
            throw e;
        }
    }

    private Listener startListener(StandInOptions options, ServerTls tls, Gateway gateway) throws IOException {
        try {
            return Listener.start(options.listen(), tls, gateway, options.connections());
        } catch (IOException | RuntimeException e) {
            control.close();
            ingest.close();
            throw e;
        }
    }

    private static Set<String> names(StandInOptions options) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        InetAddress address = options.listen().getAddress();
        if (address != null && !address.isAnyLocalAddress()) {
            names.add(address.getHostAddress());
        }
        names.addAll(options.extraNames());
        return names;
    }

    private void countOpinion(boolean agreed) {
        counters.count(Counter.SDK_CHECKED);
        if (!agreed) {
            counters.count(Counter.SDK_DISAGREED);
        }
    }

    public int port() {
        return listener.port();
    }

    public int controlPort() {
        return control.port();
    }

    /** The certificate that clients are to trust. */
    public String caPem() {
        return authority.pem();
    }

    public Credentials credentials() {
        return credentials;
    }

    public Faults faults() {
        return faults;
    }

    public StatsSnapshot stats() {
        return StatsSnapshot.of(counters, ingest);
    }

    /** The last requests, newest first. */
    public List<SeenRequest> lastRequests() {
        return last.list();
    }

    /** Stops at once, cutting what is under way. */
    @Override
    public void close() throws IOException {
        listener.close();
        control.close();
        ingest.close();
    }
}
