package io.countersign.cli;

import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import io.countersign.standin.verify.PathMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign standin}: a local API Gateway that verifies every signature. */
@Command(
        name = "standin",
        description = "Run a local API Gateway that verifies every signature.",
        footer = {
            "",
            "It accepts the credentials in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; without them, it",
            "creates some and prints them as export lines. GET /stats on the control port shows counts, POST /faults sets",
            "faults."
        })
final class StandInCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9443",
            converter = Address.class,
            description = "Where signed requests come in, over TLS (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress listen;

    @Option(
            names = "--control",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9444",
            converter = Address.class,
            description = "Where it is queried and controlled, in plain HTTP (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress control;

    @Option(names = "--ca-out", paramLabel = "FILE", description = "Write the certificate that clients need to trust.")
    private Optional<Path> caOut = Optional.empty();

    @Option(names = "--data", paramLabel = "DIR", description = "Keep samples and certificate there across restarts.")
    private Optional<Path> data = Optional.empty();

    @Option(
            names = "--region",
            paramLabel = "REGION",
            defaultValue = "us-east-1",
            description = "Region that signatures must be for (default: ${DEFAULT-VALUE}).")
    private String region;

    @Option(
            names = "--service",
            paramLabel = "NAME",
            defaultValue = "execute-api",
            description =
                    "Service that signatures must be for (default: ${DEFAULT-VALUE}). For s3, paths, bodies and answers are S3's.")
    private String service;

    StandInCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        Optional<Credential> given = given(console.environment());
        StandInOptions options = StandInOptions.defaults()
                .withListen(listen)
                .withControl(control)
                .withRegion(region)
                .withService(service)
                .withPathMode(pathMode(service));
        options = given.isPresent() ? options.withCredentials(List.of(given.get())) : options;
        options = caOut.isPresent() ? options.withCaOut(caOut.get()) : options;
        options = data.isPresent() ? options.withDataDir(data.get()) : options;
        CountDownLatch stop = Signals.ending();
        try (StandIn standIn = StandIn.start(options)) {
            if (given.isEmpty()) {
                print(options.credentials().get(0));
            }
            console.err()
                    .println("standin: " + url(new InetSocketAddress(listen.getAddress(), standIn.port())) + " for "
                            + service + " in " + region + ", control http://"
                            + Address.text(new InetSocketAddress(control.getAddress(), standIn.controlPort()))
                            + "/stats");
            stop.await();
            return 0;
        } catch (IllegalArgumentException | NoSuchFileException e) {
            throw CommandFailure.wrong("standin: " + e.getMessage());
        } catch (IOException | GeneralSecurityException e) {
            throw CommandFailure.failed("standin: " + e.getMessage());
        }
    }

    static PathMode pathMode(String service) {
        return service.equals("s3") ? PathMode.S3 : PathMode.EXECUTE_API;
    }

    /** Where it is called, by a name that its certificate has. */
    static String url(InetSocketAddress listening) {
        InetAddress address = listening.getAddress();
        return "https://"
                + (address.isLoopbackAddress() || address.isAnyLocalAddress()
                        ? "localhost:" + listening.getPort()
                        : Address.text(listening));
    }

    private static Optional<Credential> given(Map<String, String> environment) {
        String id = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
        String secret = environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "");
        String token = environment.getOrDefault("AWS_SESSION_TOKEN", "");
        if (id.isBlank() || secret.isBlank()) {
            return Optional.empty();
        }
        Credential credential = Credential.of(id, secret);
        return Optional.of(token.isEmpty() ? credential : credential.withToken(token));
    }

    private void print(Credential made) {
        console.out().println("export AWS_ACCESS_KEY_ID=" + made.accessKey());
        console.out().println("export AWS_SECRET_ACCESS_KEY=" + made.secretKey());
    }
}
