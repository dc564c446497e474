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

/**
 * How a stand-in is to be set up.
 *
 * @param listen where signed requests come in, over TLS
 * @param control where it is asked and commanded, in plain HTTP; loopback only
 * @param caOut where to write the certificate that clients are to trust
 * @param dataDir where to keep accepted samples, and the certificate authority, from one start to the next
 * @param credentials the keys that it knows at first
 * @param extraNames DNS names or addresses for the certificate, besides localhost, 127.0.0.1 and ::1
 * @param openPaths prefixes of paths that ask for no signature
 * @param bodyLimit of request bodies in bytes; API Gateway's is 10 MiB
 * @param connections how many at a time, each of which has a thread
 * @param clock against which signatures and expiries are judged
 */
public record StandInOptions(
        InetSocketAddress listen,
        InetSocketAddress control,
        Optional<Path> caOut,
        Optional<Path> dataDir,
        String region,
        String service,
        PathMode pathMode,
        List<Credential> credentials,
        List<String> extraNames,
        List<String> openPaths,
        long bodyLimit,
        int connections,
        Clock clock) {
    private static final long API_GATEWAY_BODY_LIMIT = 10L << 20;

    public StandInOptions {
        credentials = List.copyOf(credentials);
        extraNames = List.copyOf(extraNames);
        openPaths = List.copyOf(openPaths);
        if (bodyLimit < 0 || bodyLimit > 1L << 30) {
            throw new IllegalArgumentException("body limit is " + bodyLimit + ", it takes 0 to 1 GiB");
        }
        if (connections < 1) {
            throw new IllegalArgumentException("connections is " + connections + ", it takes 1 or more");
        }
    }

    /** On free ports of loopback, for execute-api in us-east-1, with one generated key. */
    public static StandInOptions defaults() {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new StandInOptions(
                anyPort,
                anyPort,
                Optional.empty(),
                Optional.empty(),
                "us-east-1",
                "execute-api",
                PathMode.EXECUTE_API,
                List.of(Credential.generate(new SecureRandom())),
                List.of(),
                List.of(),
                API_GATEWAY_BODY_LIMIT,
                1024,
                Clock.systemUTC());
    }

    public StandInOptions withListen(InetSocketAddress listen) {
        return new StandInOptions(
                listen,
                control,
                caOut,
                dataDir,
                region,
                service,
                pathMode,
                credentials,
                extraNames,
                openPaths,
                bodyLimit,
                connections,
                clock);
    }

    public StandInOptions withControl(InetSocketAddress control) {
        return new StandInOptions(
                listen,
                control,
                caOut,
                dataDir,
                region,
                service,
                pathMode,
                credentials,
                extraNames,
                openPaths,
                bodyLimit,
                connections,
                clock);
    }

    public StandInOptions withCaOut(Path caOut) {
        return new StandInOptions(
                listen,
                control,
                Optional.of(caOut),
                dataDir,
                region,
                service,
                pathMode,
                credentials,
                extraNames,
                openPaths,
                bodyLimit,
                connections,
                clock);
    }

    public StandInOptions withDataDir(Path dataDir) {
        return new StandInOptions(
                listen,
                control,
                caOut,
                Optional.of(dataDir),
                region,
                service,
                pathMode,
                credentials,
                extraNames,
                openPaths,
                bodyLimit,
                connections,
                clock);
    }

    public StandInOptions withRegion(String region) {
        return new StandInOptions(
                listen,
                control,
                caOut,
                dataDir,
                region,
                service,
                pathMode,
                credentials,
                extraNames,
                openPaths,
                bodyLimit,
                connections,
                clock);
    }

    public StandInOptions withService(String service) {
        return new StandInOptions(
                listen,
                control,
                caOut,
                dataDir,
                region,
                service,
                pathMode,
                credentials,
                extraNames,
                openPaths,
                bodyLimit,
                connections,
                clock);
    }

    public StandInOptions withPathMode(PathMode pathMode) {
        return new StandInOptions(
                listen,
                control,
                caOut,
                dataDir,
                region,
                service,
                pathMode,
                credentials,
                extraNames,
                openPaths,
                bodyLimit,
                connections,
                clock);
    }

    public StandInOptions withCredentials(List<Credential> credentials) {
        return new StandInOptions(
                listen,
                control,
                caOut,
                dataDir,
                region,
                service,
                pathMode,
                credentials,
                extraNames,
                openPaths,
                bodyLimit,
                connections,
                clock);
    }

    public StandInOptions withExtraNames(List<String> extraNames) {
        return new StandInOptions(
                listen,
                control,
                caOut,
                dataDir,
                region,
                service,
                pathMode,
                credentials,
                extraNames,
                openPaths,
                bodyLimit,
                connections,
                clock);
    }

    public StandInOptions withOpenPaths(List<String> openPaths) {
        return new StandInOptions(
                listen,
                control,
                caOut,
                dataDir,
                region,
                service,
                pathMode,
                credentials,
                extraNames,
                openPaths,
                bodyLimit,
                connections,
                clock);
    }

    public StandInOptions withBodyLimit(long bodyLimit) {
        return new StandInOptions(
                listen,
                control,
                caOut,
                dataDir,
                region,
                service,
                pathMode,
                credentials,
                extraNames,
                openPaths,
                bodyLimit,
                connections,
                clock);
    }

    public StandInOptions withConnections(int connections) {
        return new StandInOptions(
                listen,
                control,
                caOut,
                dataDir,
                region,
                service,
                pathMode,
                credentials,
                extraNames,
                openPaths,
                bodyLimit,
                connections,
                clock);
    }

    public StandInOptions withClock(Clock clock) {
        return new StandInOptions(
                listen,
                control,
                caOut,
                dataDir,
                region,
                service,
                pathMode,
                credentials,
                extraNames,
                openPaths,
                bodyLimit,
                connections,
                clock);
    }
}
