package io.countersign.cli.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flags of awslabs/aws-sigv4-proxy, under their names and with their defaults, and a few of our own after them. */
public final class SigV4ProxyOptions {
    @Option(
            names = {"-v", "--verbose"},
            negatable = true,
            description = "log.level = debug and log.access = all; never headers or bodies of requests.")
    boolean verbose;

    @Option(
            names = "--log-failed-requests",
            negatable = true,
            description = "log-failed = 2000: the access log shows up to 2000 characters of a 4xx or 5xx response.")
    boolean logFailedRequests;

    @Option(
            names = "--log-signing-process",
            negatable = true,
            description = "No equal: a rejected signature is explained in the log without it.")
    boolean logSigningProcess;

    @Option(
            names = "--unsigned-payload",
            negatable = true,
            description = "payload = unsigned, for the services that take it.")
    boolean unsignedPayload;

    @Option(
            names = "--port",
            paramLabel = "ADDRESS",
            defaultValue = ":8080",
            description =
                    "Where to listen, such as :8080 (all addresses) or 127.0.0.1:8080 (default: ${DEFAULT-VALUE}).")
    String port = ":8080";

    @Option(
            names = {"-s", "--strip"},
            paramLabel = "HEADER",
            description = "headers.remove; may be repeated.")
    List<String> strip = new ArrayList<>();

    @Option(names = "--custom-headers", paramLabel = "NAME=VALUE,...", description = "headers.set.")
    Optional<String> customHeaders = Optional.empty();

    @Option(
            names = "--duplicate-headers",
            paramLabel = "HEADER",
            description = "headers.duplicate: sent as X-Original-HEADER too; may be repeated.")
    List<String> duplicateHeaders = new ArrayList<>();

    @Option(names = "--role-arn", paramLabel = "ARN", description = "The role to assume: credentials.default.role-arn.")
    Optional<String> roleArn = Optional.empty();

    @Option(names = "--name", paramLabel = "SERVICE", description = "The service to sign for: service.")
    Optional<String> name = Optional.empty();

    @Option(
            names = "--sign-host",
            paramLabel = "HOST",
            description = "The Host to send and sign in place of --host's: upstream.host.")
    Optional<String> signHost = Optional.empty();

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Where to send; without it each request's Host says where: upstream = from-host.")
    Optional<String> host = Optional.empty();

    @Option(names = "--region", paramLabel = "REGION", description = "The region to sign for: region.")
    Optional<String> region = Optional.empty();

    @Option(
            names = "--upstream-url-scheme",
            paramLabel = "SCHEME",
            description = "https, or http for loopback and private addresses (upstream.plain-http).")
    Optional<String> upstreamUrlScheme = Optional.empty();

    @Option(
            names = "--no-verify-ssl",
            description = "Only for --host on loopback (tls.verify = false); else use --tls-pin or --connect.")
    boolean noVerifySsl;

    @Option(
            names = "--transport.idle-conn-timeout",
            paramLabel = "DURATION",
            defaultValue = "40s",
            description = "timeouts.pool-idle (default: ${DEFAULT-VALUE}).")
    String idleConnTimeout = "40s";

    @Option(
            names = "--allow",
            paramLabel = "CIDR",
            description = "Not of aws-sigv4-proxy: callers besides this machine; may be repeated.")
    List<String> allow = new ArrayList<>();

    @Option(
            names = "--allow-host",
            paramLabel = "NAME",
            description = "Not of aws-sigv4-proxy: a public name that callers may write in Host; may be repeated.")
    List<String> allowHost = new ArrayList<>();

    @Option(
            names = "--connect",
            paramLabel = "HOST:PORT",
            description =
                    "Not of aws-sigv4-proxy: connect there instead, such as to a tunnel; the certificate is that of --host.")
    Optional<String> connect = Optional.empty();

    @Option(
            names = "--tls-pin",
            paramLabel = "SHA256",
            description =
                    "Not of aws-sigv4-proxy: trust this certificate in place of any that is verified; may be repeated.")
    List<String> tlsPin = new ArrayList<>();

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            description =
                    "Not of aws-sigv4-proxy: where probes and metrics are served (default: a free port of 127.0.0.1).")
    Optional<String> admin = Optional.empty();
}
