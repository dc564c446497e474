package io.countersign.cli.convert;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.config.Units;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What flags of awslabs/aws-sigv4-proxy equal: one route for all paths. */
public final class FromSigV4Proxy {
    private static final String ROUTE = "default";
    private static final Duration MAX_IDLE = Duration.ofHours(1);
    private static final Duration MIN_IDLE = Duration.ofMillis(10);

    private final SigV4ProxyOptions flags;
    private final Machine machine;
    private final Map<String, String> environment;
    private final Settings settings = new Settings();
    private final List<Difference> differences = new ArrayList<>();
    private final ProxyHeaders headers;

    private FromSigV4Proxy(SigV4ProxyOptions flags, Machine machine, Map<String, String> environment) {
        this.flags = flags;
        this.machine = machine;
        this.environment = environment;
        this.headers = new ProxyHeaders(settings, differences, ROUTE, machine.equals(Machine.ELSEWHERE));
    }

    /**
     * Converts.
     *
     * @param machine that the configuration is for
     * @param environment of the process that it is for
     * @throws IllegalArgumentException when a flag can't be read, or can't act here; the message says which
     */
    public static Conversion of(SigV4ProxyOptions flags, Machine machine, Map<String, String> environment) {
        FromSigV4Proxy conversion = new FromSigV4Proxy(flags, machine, environment);
        conversion.callers();
        conversion.upstream();
        conversion.signing();
        conversion.headers.put(flags);
        conversion.times();
        conversion.role();
        conversion.logs();
        conversion.differences.addAll(WhateverTheFlags.DIFFER);
        return new Conversion(conversion.settings, conversion.differences, conversion.headers.variables(), List.of());
    }

    private void callers() {
        String port = flags.port;
        boolean everywhere = port.startsWith(":");
        String bind = everywhere ? (machine.ipv6() ? "[::]" : "0.0.0.0") + port : port;
        HostPort address = Hosts.hostPort(bind, 0, -1);
        settings.put(List.of(Map.of("bind", address.toString())), "--port " + port, "listeners");
        if (flags.admin.isPresent()) {
            settings.put(flags.admin.get(), "--admin", "admin", "bind");
        } else if (!machine.equals(Machine.ELSEWHERE)) {
            // A pod may have several of them, one for each service.
            settings.put("127.0.0.1:0", "aws-sigv4-proxy has no probes and metrics", "admin", "bind");
        }
        Set<String> allowed = new LinkedHashSet<>();
        if (!Hosts.isLoopback(address.host()) || !flags.allow.isEmpty()) {
            allowed.addAll(List.of("127.0.0.0/8", "::1/128"));
            machine.addresses().forEach(own -> allowed.add(own + (own.indexOf(':') < 0 ? "/32" : "/128")));
            allowed.addAll(flags.allow);
            settings.put(
                    List.copyOf(allowed),
                    "This machine" + (flags.allow.isEmpty() ? "; --allow adds others" : ", and --allow"),
                    "access",
                    "allow");
            settings.put(
                    "add its network to access.allow, or start sigv4-proxy with --allow NETWORK",
                    "What anyone else reads",
                    "access",
                    "unlisted-advice");
            differences.add(new Difference(
                    "--port",
                    "only this machine may call; --allow NETWORK admits others, since whoever may call acts with the"
                            + " credentials"));
        }
        List<String> names = new ArrayList<>(List.of("localhost", "127.0.0.1", "[::1]"));
        flags.host
                .map(FromSigV4Proxy::name)
                .filter(name -> !names.contains(name))
                .ifPresent(names::add);
        flags.signHost
                .map(FromSigV4Proxy::name)
                .filter(name -> !names.contains(name))
                .ifPresent(names::add);
        names.addAll(flags.allowHost);
        settings.put(names, "Names in Host, besides private ones", "access", "allowed-hosts");
        settings.put(true, "", "access", "private-hosts");
        differences.add(
                new Difference(
                        "Host",
                        flags.host.isPresent()
                                ? "a public name that is neither --host nor --allow-host gets 421, since a web page could point its own"
                                        + " name here"
                                : "only hosts of AWS that docs/SERVICES.md lists are sent to, on port 443; name any other with --host"));
    }

    /** As callers write it in Host. */
    private static String name(String host) {
        return Hosts.field(
                host.startsWith("[") ? host.replaceFirst("(?<=]):\\d+$", "") : host.replaceFirst(":\\d+$", ""));
    }

    private void upstream() {
        boolean http = scheme();
        if (flags.host.isEmpty()) {
            fromHost(http);
            return;
        }
        String host = flags.host.get();
        HostPort to = Hosts.hostPort(host, 1, http ? 80 : 443);
        String url = (http ? "http://" : "https://") + host.toLowerCase(Locale.ROOT);
        boolean privately = http && !Hosts.isLoopback(to.host());
        boolean object = flags.signHost.isPresent() || flags.connect.isPresent() || privately;
        if (!object) {
            settings.put(url, "--host", "routes", ROUTE, "upstream");
        } else {
            settings.put(url, "--host", "routes", ROUTE, "upstream", "url");
            flags.signHost.ifPresent(sign -> settings.put(
                    sign.toLowerCase(Locale.ROOT),
                    "--sign-host: sent and signed",
                    "routes",
                    ROUTE,
                    "upstream",
                    "host"));
            flags.connect.ifPresent(
                    connect -> settings.put(connect, "--connect", "routes", ROUTE, "upstream", "connect"));
        }
        if (privately) {
            settings.put(true, "--upstream-url-scheme http", "routes", ROUTE, "upstream", "plain-http");
            differences.add(new Difference(
                    "--upstream-url-scheme http",
                    "only to private addresses, since the session token travels in the clear"));
        }
        boolean here = Stream.concat(
                        Stream.of(to), flags.connect.map(connect -> Hosts.hostPort(connect, 1, to.port())).stream())
                .allMatch(each -> Hosts.isLoopback(each.host()));
        verification(http, here);
    }

    /** Whether it is http. */
    private boolean scheme() {
        String scheme = flags.upstreamUrlScheme.orElse("https").toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException("--upstream-url-scheme: it is neither https nor http");
        }
        return scheme.equals("http");
    }

    private void fromHost(boolean http) {
        if (flags.signHost.isPresent()) {
            throw new IllegalArgumentException(
                    "--sign-host: without --host each request's Host says what is signed; give --host as well");
        }
        if (http) {
            differences.add(new Difference(
                    "--upstream-url-scheme http",
                    "without --host requests go by https, since they go to public hosts"));
        }
        if (flags.connect.isPresent()) {
            settings.put("from-host", "no --host", "routes", ROUTE, "upstream", "url");
            settings.put(flags.connect.get(), "--connect", "routes", ROUTE, "upstream", "connect");
        } else {
            settings.put("from-host", "no --host", "routes", ROUTE, "upstream");
        }
        settings.put(List.of("aws"), "All hosts of AWS in docs/SERVICES.md", "routes", ROUTE, "match", "hosts");
        if (flags.name.isEmpty() || AwsServices.of(flags.name.get()).isS3()) {
            settings.put(List.of("*"), "Any bucket, also of strangers, as there", "routes", ROUTE, "buckets");
        }
        verification(false, false);
    }

    private void verification(boolean http, boolean loopback) {
        if (!flags.tlsPin.isEmpty()) {
            settings.put(List.copyOf(flags.tlsPin), "--tls-pin", "routes", ROUTE, "tls", "pin");
        } else if (flags.noVerifySsl && loopback && !http) {
            settings.put(false, "--no-verify-ssl", "routes", ROUTE, "tls", "verify");
        } else if (flags.noVerifySsl && !http) {
            differences.add(new Difference(
                    "--no-verify-ssl",
                    "the certificate is verified all the same, since whoever answers gets the session token and the data. For a"
                            + " tunnel write the real host as --host and the tunnel as --connect; for a certificate that nobody"
                            + " vouches for, give --tls-pin"));
        }
    }

    private void signing() {
        flags.name.ifPresent(name -> settings.put(name, "--name", "routes", ROUTE, "service"));
        flags.region.ifPresent(region -> settings.put(region, "--region", "routes", ROUTE, "region"));
        if (flags.host.isEmpty() && (flags.name.isPresent() || flags.region.isPresent())) {
            differences.add(new Difference(
                    "--name, --region",
                    "without --host they say which hosts are sent to, not how others are signed for; each is signed for as its"
                            + " name says"));
        }
        if (!flags.unsignedPayload) {
            return;
        }
        Optional<String> service = flags.name.or(() -> flags.signHost
                .or(() -> flags.host)
                .flatMap(host -> AwsEndpoint.of(name(host)))
                .map(AwsEndpoint::service));
        if (flags.host.isPresent() && scheme()) {
            differences.add(new Difference(
                    "--unsigned-payload", "over http bodies are signed, since nothing else would protect them"));
            return;
        }
        boolean takes =
                service.isEmpty() || AwsServices.taking(PayloadMode.UNSIGNED).contains(service.get());
        if (takes) {
            settings.put("unsigned", "--unsigned-payload", "routes", ROUTE, "payload");
        }
        if (flags.host.isEmpty() || !takes) {
            differences.add(new Difference(
                    "--unsigned-payload",
                    "only for " + String.join(" and ", AwsServices.taking(PayloadMode.UNSIGNED))
                            + ", since other services refuse it; their bodies are signed"));
        }
    }

    private void times() {
        String written = flags.idleConnTimeout;
        Duration idle = GoDuration.parse(written)
                .orElseThrow(() -> new IllegalArgumentException(
                        "--transport.idle-conn-timeout: it is not a duration such as 40s or 1m30s"));
        Duration kept = idle.isZero() || idle.compareTo(MAX_IDLE) > 0 ? MAX_IDLE : idle;
        kept = kept.compareTo(MIN_IDLE) < 0 ? MIN_IDLE : kept;
        settings.put(
                Units.text(Duration.ofMillis(kept.toMillis())),
                "--transport.idle-conn-timeout " + written,
                "routes",
                ROUTE,
                "timeouts",
                "pool-idle");
        settings.put(
                "relay",
                "As aws-sigv4-proxy answers; auto answers agents so that they keep data which AWS rejects",
                "routes",
                ROUTE,
                "on-failure");
    }

    private void role() {
        flags.roleArn.ifPresent(role -> {
            settings.put(role, "--role-arn", "credentials", "default", "role-arn");
            settings.put(sessionName(), "As aws-sigv4-proxy names it", "credentials", "default", "session-name");
            flags.region.ifPresent(region -> settings.put(region, "--region", "credentials", "default", "sts-region"));
        });
    }

    private String sessionName() {
        String given = environment.getOrDefault("AWS_ROLE_SESSION_NAME", "");
        if (given.isEmpty() && machine.hostName().isEmpty()) {
            return "auto"; // by the host that it will run on
        }
        String name = given.isEmpty() ? "aws-sigv4-proxy-" + machine.hostName() : given;
        String legal = name.replaceAll("[^\\w+=,.@-]", "-");
        return legal.length() > 64 ? legal.substring(0, 64) : legal;
    }

    private void logs() {
        if (flags.verbose || flags.logFailedRequests) {
            settings.put(2000, flags.verbose ? "-v" : "--log-failed-requests", "routes", ROUTE, "log-failed");
            differences.add(new Difference(
                    flags.verbose ? "-v" : "--log-failed-requests",
                    "the access log has the first 2000 characters, without secrets"
                            + (flags.verbose ? ", and never the headers or bodies of requests" : "")));
        }
        if (flags.verbose) {
            settings.put("debug", "-v", "log", "level");
            settings.put("all", "-v", "log", "access");
        }
        if (flags.logSigningProcess) {
            differences.add(
                    new Difference(
                            "--log-signing-process",
                            "a signature that AWS rejects is explained in the log; sign --output explain shows one that is made"));
        }
    }
}
