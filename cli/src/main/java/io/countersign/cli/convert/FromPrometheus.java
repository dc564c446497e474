package io.countersign.cli.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What entries of {@code remote_write} with a {@code sigv4} block equal, and what Prometheus then writes to instead. */
final class FromPrometheus {
    private final AgentRoutes routes = new AgentRoutes();
    private final List<String> agent = new ArrayList<>();

    private FromPrometheus() {}

    /** @throws IllegalArgumentException when the text can't be read, or nothing in it is signed */
    static Conversion of(String text) {
        return new FromPrometheus().convert(YamlNode.parse(text));
    }

    private Conversion convert(YamlNode file) {
        List<YamlNode> entries = file.get("remote_write").map(YamlNode::items).orElse(List.of());
        long signed =
                entries.stream().filter(entry -> entry.get("sigv4").isPresent()).count();
        if (signed == 0) {
            throw new IllegalArgumentException(
                    "no entry of remote_write has a sigv4 block, so there is nothing to sign");
        }
        for (int i = 0; i < entries.size(); i++) {
            String from = "remote_write[" + i + "], line " + entries.get(i).line();
            if (entries.get(i).get("sigv4").isPresent()) {
                entry(entries.get(i), i, from, signed == 1);
            } else {
                routes.difference(from, "it has no sigv4 block, and stays as it is");
            }
        }
        alertmanagers(file);
        routes.after("Prometheus then has these in place of the entries above; all else of them stays:");
        routes.after("");
        routes.after("remote_write:");
        agent.forEach(routes::after);
        return routes.conversion();
    }

    private void entry(YamlNode entry, int index, String from, boolean sole) {
        String text = entry.text("url").orElseThrow(() -> new IllegalArgumentException(from + ": it has no url"));
        String name = routes.name(entry.text("name").orElse("remote-write-" + index));
        boolean keys = entry.at("sigv4", "access_key").isPresent()
                || entry.at("sigv4", "secret_key").isPresent();
        String instead = routes.add(
                new AgentRoutes.Destination(
                        from,
                        name,
                        AgentRoutes.url(from, text),
                        Optional.of(entry.text("sigv4", "service_name").orElse("aps")),
                        entry.text("sigv4", "region"),
                        new AgentRoutes.Signer(
                                entry.text("sigv4", "profile"),
                                entry.text("sigv4", "role_arn"),
                                Map.of(),
                                entry.text("sigv4", "external_id").isPresent(),
                                keys)),
                sole);
        if (entry.isTrue("sigv4", "use_fips_sts_endpoint")) {
            routes.difference(
                    from, "use_fips_sts_endpoint: set credentials.NAME.fips = true, or AWS_USE_FIPS_ENDPOINT");
        }
        boolean tls = AgentTls.report(entry.get("tls_config"), from, "tls_config", routes);
        entry.text("proxy_url")
                .ifPresent(proxy -> routes.difference(
                        from, "proxy_url has no equal: requests go to the upstream directly, or to upstream.connect"));
        agent.add("  - url: " + instead);
        entry.text("name").ifPresent(given -> agent.add("    name: " + given.replaceAll("[^ -~]", "?")));
        agent.add("    # without sigv4" + (tls ? " and tls_config" : ""));
    }

    private void alertmanagers(YamlNode file) {
        file.at("alerting", "alertmanagers").map(YamlNode::items).orElse(List.of()).stream()
                .filter(each -> each.get("sigv4").isPresent())
                .forEach(
                        each -> routes.difference(
                                "alertmanagers, line " + each.line(),
                                "its sigv4 block is left as it is: its targets are discovered, so write a route for each by hand"));
    }
}
