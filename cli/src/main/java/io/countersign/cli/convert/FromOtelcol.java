package io.countersign.cli.convert;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What exporters of the OpenTelemetry Collector equal that sign by the extension {@code sigv4auth}. */
final class FromOtelcol {
    private static final String EXTENSION = "sigv4auth";
    private static final List<String> ENDPOINTS =
            List.of("endpoint", "metrics_endpoint", "logs_endpoint", "traces_endpoint", "profiles_endpoint");

    private final AgentRoutes routes = new AgentRoutes();
    private final List<String> agent = new ArrayList<>();

    /** @param key of the endpoint, such as {@code endpoint} */
    private record Endpoint(String exporter, YamlNode settings, String key, String url) {}

    private FromOtelcol() {}

    /** @throws IllegalArgumentException when the text can't be read, or nothing in it is signed */
    static Conversion of(String text) {
        return new FromOtelcol().convert(YamlNode.parse(text));
    }

    private Conversion convert(YamlNode file) {
        Map<String, YamlNode> extensions =
                file.get("extensions").map(YamlNode::entries).orElse(Map.of());
        List<Endpoint> endpoints = new ArrayList<>();
        file.get("exporters").map(YamlNode::entries).orElse(Map.of()).forEach((name, exporter) -> {
            if (authenticator(exporter).filter(FromOtelcol::signs).isPresent()) {
                endpoints.addAll(endpoints(name, exporter));
            }
        });
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException(
                    "no exporter has an HTTP endpoint and a sigv4auth extension as its authenticator");
        }
        for (Endpoint endpoint : endpoints) {
            String extension = authenticator(endpoint.settings).orElseThrow();
            YamlNode settings = extensions.get(extension);
            if (settings == null) {
                throw new IllegalArgumentException(
                        "exporters." + endpoint.exporter + ": its authenticator is not among the extensions");
            }
            add(endpoint, settings, endpoints.size() == 1);
        }
        routes.after("The collector's exporters then have these, and no auth; the extension sigv4auth can go:");
        routes.after("");
        routes.after("exporters:");
        agent.forEach(routes::after);
        return routes.conversion();
    }

    private static Optional<String> authenticator(YamlNode exporter) {
        return exporter.text("auth", "authenticator");
    }

    private static boolean signs(String authenticator) {
        return authenticator.equals(EXTENSION) || authenticator.startsWith(EXTENSION + "/");
    }

    private List<Endpoint> endpoints(String name, YamlNode exporter) {
        List<Endpoint> found = new ArrayList<>();
        if (name.equals("otlp") || name.startsWith("otlp/") || name.startsWith("otlp_grpc")) {
            routes.difference("exporters." + name, "it speaks gRPC, which is not carried; use otlphttp (otlp_http)");
            return found;
        }
        for (String key : ENDPOINTS) {
            exporter.text(key).ifPresent(url -> found.add(new Endpoint(name, exporter, key, url)));
        }
        return found;
    }

    private void add(Endpoint endpoint, YamlNode extension, boolean sole) {
        String from = "exporters." + endpoint.exporter + ", line " + endpoint.settings.line();
        String which = endpoint.key.equals("endpoint") ? "" : "-" + endpoint.key.replace("_endpoint", "");
        Map<String, String> ofRole = new HashMap<>();
        extension.text("assume_role", "session_name").ifPresent(name -> ofRole.put("session-name", name));
        extension.text("assume_role", "sts_region").ifPresent(region -> ofRole.put("sts-region", region));
        String instead = routes.add(
                new AgentRoutes.Destination(
                        from,
                        routes.name(endpoint.exporter + which),
                        AgentRoutes.url(from, endpoint.url),
                        extension.text("service"),
                        extension.text("region"),
                        new AgentRoutes.Signer(
                                Optional.empty(),
                                extension.text("assume_role", "arn"),
                                ofRole,
                                extension.text("assume_role", "external_id").isPresent(),
                                false)),
                sole);
        AgentTls.report(endpoint.settings.get("tls"), from, "tls", routes);
        String line = "  " + endpoint.exporter.replaceAll("[^ -~]", "?") + ":";
        if (!agent.contains(line)) {
            agent.add(line);
        }
        agent.add("    " + endpoint.key + ": " + instead);
    }
}
