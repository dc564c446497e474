package io.countersign.standin;

import io.countersign.standin.verify.Credential;
import io.countersign.standin.verify.PathMode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** How a stand-in is set up. Immutable: each {@code with} method returns a copy in which one option differs. */
public final class StandInOptions {
    private static final long API_GATEWAY_BODY_LIMIT = 10L << 20;
    private static final long MAX_BODY_LIMIT = 1L << 30;
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private InetSocketAddress listen = ANY_PORT;
    private InetSocketAddress control = ANY_PORT;
    private Optional<Path> caOut = Optional.empty();
    private Optional<Path> dataDir = Optional.empty();
    private String region = "us-east-1";
    private String service = "execute-api";
    private PathMode pathMode = PathMode.EXECUTE_API;
    private List<Credential> credentials;
    private List<String> extraNames = List.of();
    private List<String> openPaths = List.of();
    private long bodyLimit = API_GATEWAY_BODY_LIMIT;
    private int connections = 1024;
    private Clock clock = Clock.systemUTC();

    private StandInOptions(List<Credential> credentials) {
        this.credentials = credentials;
    }

    private StandInOptions(StandInOptions other) {
        listen = other.listen;
        control = other.control;
        caOut = other.caOut;
        dataDir = other.dataDir;
        region = other.region;
        service = other.service;
        pathMode = other.pathMode;
        credentials = other.credentials;
        extraNames = other.extraNames;
        openPaths = other.openPaths;
        bodyLimit = other.bodyLimit;
        connections = other.connections;
        clock = other.clock;
    }

    /** On free ports of loopback, for execute-api in us-east-1, with one generated key. */
    public static StandInOptions defaults() {
        return new StandInOptions(List.of(Credential.generate(new SecureRandom())));
    }

    private StandInOptions changed(Consumer<StandInOptions> change) {
        StandInOptions copy = new StandInOptions(this);
        change.accept(copy);
        return copy;
    }

    /** Where signed requests come in, over TLS. */
    public InetSocketAddress listen() {
        return listen;
    }

    /** Where it is queried and controlled, in plain HTTP; loopback only. */
    public InetSocketAddress control() {
        return control;
    }

    /** Where to write the certificate that clients are to trust. */
    public Optional<Path> caOut() {
        return caOut;
    }

    /** Where to keep accepted samples and the certificate authority from one start to the next. */
    public Optional<Path> dataDir() {
        return dataDir;
    }

    public String region() {
        return region;
    }

    public String service() {
        return service;
    }

    public PathMode pathMode() {
        return pathMode;
    }

    /** The credentials that it knows at first. */
    public List<Credential> credentials() {
        return credentials;
    }

    /** DNS names or addresses for the certificate, besides localhost, 127.0.0.1 and ::1. */
    public List<String> extraNames() {
        return extraNames;
    }

    /** Prefixes of paths that need no signature. */
    public List<String> openPaths() {
        return openPaths;
    }

    /** Of request bodies, in bytes; API Gateway's is 10 MiB. */
    public long bodyLimit() {
        return bodyLimit;
    }

    /** How many at a time, each of which has a thread. */
    public int connections() {
        return connections;
    }

    /** By which signatures and expiry times are judged. */
    public Clock clock() {
        return clock;
    }

    public StandInOptions withListen(InetSocketAddress listen) {
        return changed(copy -> copy.listen = listen);
    }

    public StandInOptions withControl(InetSocketAddress control) {
        return changed(copy -> copy.control = control);
    }

    public StandInOptions withCaOut(Path caOut) {
        return changed(copy -> copy.caOut = Optional.of(caOut));
    }

    public StandInOptions withDataDir(Path dataDir) {
        return changed(copy -> copy.dataDir = Optional.of(dataDir));
    }

    public StandInOptions withRegion(String region) {
        return changed(copy -> copy.region = region);
    }

    public StandInOptions withService(String service) {
        return changed(copy -> copy.service = service);
    }

    public StandInOptions withPathMode(PathMode pathMode) {
        return changed(copy -> copy.pathMode = pathMode);
    }

    public StandInOptions withCredentials(List<Credential> credentials) {
        return changed(copy -> copy.credentials = List.copyOf(credentials));
    }

    public StandInOptions withExtraNames(List<String> extraNames) {
        return changed(copy -> copy.extraNames = List.copyOf(extraNames));
    }

    public StandInOptions withOpenPaths(List<String> openPaths) {
        return changed(copy -> copy.openPaths = List.copyOf(openPaths));
    }

    public StandInOptions withBodyLimit(long bodyLimit) {
        if (bodyLimit < 0 || bodyLimit > MAX_BODY_LIMIT) {
            throw new IllegalArgumentException("the body limit is " + bodyLimit + "; it must be 0 to 1 GiB");
        }
        return changed(copy -> copy.bodyLimit = bodyLimit);
    }

    public StandInOptions withConnections(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("connections is " + connections + "; it must be 1 or more");
        }
        return changed(copy -> copy.connections = connections);
    }

    public StandInOptions withClock(Clock clock) {
        return changed(copy -> copy.clock = clock);
    }
}
