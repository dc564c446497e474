package io.countersign.proxy.lists;

import io.countersign.proxy.access.RemoteList;
import io.countersign.proxy.access.RemoteLists;
import io.countersign.proxy.aws.Regions;
import io.countersign.proxy.config.EndpointUrl;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.egress.Egress;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.signing.SignatureForm;
import io.countersign.proxy.signing.WireTarget;
import io.countersign.proxy.upstream.Transport;
import io.countersign.proxy.upstream.UpstreamConfig;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.PathStyle;
import io.countersign.sigv4.SigningContext;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The request by which a list is asked for, before it is signed.
 *
 * @param fields without Host, which is the server's
 * @param body in full; empty for a GET
 * @param signature empty where none is sent
 */
record ListCall(
        UpstreamConfig server,
        String method,
        WireTarget target,
        List<Header> fields,
        String body,
        Optional<SignatureForm> signature) {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    /**
     * Makes it.
     *
     * @param environment of endpoints that are called instead of AWS's own, by the variables that the AWS SDKs know
     *     It also names the proxy on the way
     * @throws IllegalArgumentException when such an endpoint, or the proxy, can't be used; the message says why
     */
    static ListCall of(RemoteList list, RemoteLists.Reach reach, Environment environment) {
        ListCall call = direct(list, reach, environment);
        return call.server.tls() ? call.by(Egress.of(environment)) : call;
    }

    private ListCall by(Egress egress) {
        UpstreamConfig there = new UpstreamConfig(
                server.transport().by(egress),
                server.server(),
                server.basePath(),
                server.connect(),
                server.sni(),
                server.hostHeader());
        return new ListCall(there, method, target, fields, body, signature);
    }

    private static ListCall direct(RemoteList list, RemoteLists.Reach reach, Environment environment) {
        return switch (list.kind()) {
            case HTTPS -> {
                String[] parts = list.target().split("\\?", 2);
                yield new ListCall(
                        server(true, list.server(), "", reach.ca()),
                        "GET",
                        new WireTarget(parts[0], parts.length == 2 ? parts[1] : null),
                        List.of(),
                        "",
                        Optional.empty());
            }
            case S3 -> object(list, reach, environment);
            case SSM -> parameter(list, reach, environment);
        };
    }

    private static UpstreamConfig server(boolean tls, HostPort to, String basePath, Optional<Path> ca) {
        return new UpstreamConfig(
                tls ? Transport.tls(ca) : Transport.http(),
                to,
                basePath,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static ListCall object(RemoteList list, RemoteLists.Reach reach, Environment environment) {
        String region = reach.region().orElseThrow();
        Optional<UpstreamConfig> endpoint = endpoint("S3", reach, environment);
        // A certificate for *.s3.REGION... is not good for a name with one more dot.
        boolean inPath = endpoint.isPresent() || list.bucket().indexOf('.') >= 0;
        UpstreamConfig server = endpoint.orElseGet(() -> server(
                true,
                new HostPort((inPath ? "" : list.bucket() + ".") + host("s3", region, environment), 443),
                "",
                reach.ca()));
        String path = server.basePath() + (inPath ? "/" + list.bucket() : "") + "/" + encoded(list.key());
        return new ListCall(
                server,
                "GET",
                new WireTarget(path, null),
                List.of(),
                "",
                Optional.of(new SignatureForm.InHeader(new SigningContext(region, "s3", PathStyle.S3, true, true))));
    }

    private static ListCall parameter(RemoteList list, RemoteLists.Reach reach, Environment environment) {
        String region = reach.region().orElseThrow();
        UpstreamConfig server = endpoint("SSM", reach, environment)
                .orElseGet(() -> server(true, new HostPort(host("ssm", region, environment), 443), "", reach.ca()));
        return new ListCall(
                server,
                "POST",
                new WireTarget(server.basePath() + "/", null),
                List.of(
                        new Header("Content-Type", "application/x-amz-json-1.1"),
                        new Header("X-Amz-Target", "AmazonSSM.GetParameter")),
                // The name is of letters, digits and ._-/ alone.
                "{\"Name\":\"" + list.parameter() + "\",\"WithDecryption\":true}",
                Optional.of(new SignatureForm.InHeader(SigningContext.of(region, "ssm"))));
    }

    private static String host(String service, String region, Environment environment) {
        String fips = environment.isTrue("AWS_USE_FIPS_ENDPOINT") ? "-fips" : "";
        return service + fips + "." + region + "." + Regions.suffix(region);
    }

    private static Optional<UpstreamConfig> endpoint(String service, RemoteLists.Reach reach, Environment environment) {
        if (environment.isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) {
            return Optional.empty();
        }
        String variable = "AWS_ENDPOINT_URL_" + service;
        return environment
                .get(variable)
                .or(() -> environment.get("AWS_ENDPOINT_URL"))
                .map(url -> endpoint(url, variable, reach));
    }

    private static UpstreamConfig endpoint(String url, String variable, RemoteLists.Reach reach) {
        EndpointUrl.fault(url, variable).ifPresent(fault -> {
            throw new IllegalArgumentException(variable + " (or AWS_ENDPOINT_URL) " + fault);
        });
        URI uri = URI.create(url);
        boolean tls = uri.getScheme().toLowerCase(Locale.ROOT).equals("https");
        int port = uri.getPort() < 0 ? (tls ? 443 : 80) : uri.getPort();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return server(
                tls,
                new HostPort(Hosts.host(uri.getHost()), port),
                path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
                reach.ca());
    }

    /** As S3 spells a key: all but unreserved characters and slashes as {@code %XX}. */
    private static String encoded(String key) {
        StringBuilder out = new StringBuilder();
        for (byte each : key.getBytes(StandardCharsets.UTF_8)) {
            if (each == '/' || WireTarget.isUnreserved(each)) {
                out.append((char) each);
            } else {
                out.append('%').append(HEX[each >> 4 & 15]).append(HEX[each & 15]);
            }
        }
        return out.toString();
    }

    /** A target may hold a secret. */
    @Override
    public String toString() {
        return method + " " + server.authority();
    }
}
