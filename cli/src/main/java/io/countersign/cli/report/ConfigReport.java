package io.countersign.cli.report;

import io.countersign.proxy.access.RemoteLists;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.signing.SigningConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a configuration comes to, for programs; nothing in it is secret. */
public final class ConfigReport {
    private ConfigReport() {}

    /** For {@link JsonWriter}. */
    public static Map<String, Object> of(ProxyConfig config, List<ConfigFault> warnings) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("hash", config.operation().hash());
        all.put("lists", new TreeMap<>(config.access().lists().hashes()));
        all.put(
                "lists_not_looked_at",
                config.access().remote().missing().stream()
                        .map(RemoteLists.Missing::list)
                        .map(String::valueOf)
                        .toList());
        all.put("warnings", faults(warnings));
        all.put(
                "listeners",
                config.listeners().stream().map(each -> each.bind().toString()).toList());
        all.put("routes", config.routes().stream().map(ConfigReport::route).toList());
        return all;
    }

    /** Each with its place. */
    public static List<Map<String, Object>> faults(List<ConfigFault> faults) {
        return faults.stream()
                .map(fault -> JsonWriter.object("where", fault.where(), "what", fault.what()))
                .toList();
    }

    private static Map<String, Object> route(RouteConfig route) {
        Map<String, Object> one = JsonWriter.object(
                "name",
                route.name(),
                "path_prefix",
                route.match().pathPrefix(),
                "methods",
                route.match().methods().stream().sorted().toList(),
                "hosts",
                route.match().hosts().stream().sorted().toList(),
                "upstream",
                url(route),
                "max_body_bytes",
                route.conditions().maxBody(),
                "signed",
                route.signing().isPresent());
        route.signing().ifPresent(signing -> addSigning(signing, one));
        if (route.sending().standbys().isPresent()) {
            one.put(
                    "upstreams",
                    route.ways().stream()
                            .map(way -> {
                                Map<String, Object> upstream = JsonWriter.object("url", url(way));
                                way.signing().ifPresent(signing -> addSigning(signing, upstream));
                                return upstream;
                            })
                            .toList());
        }
        return one;
    }

    private static String url(RouteConfig route) {
        return (route.upstream().tls() ? "https://" : "http://")
                + route.upstream().server()
                + route.upstream().basePath();
    }

    private static void addSigning(SigningConfig signing, Map<String, Object> to) {
        to.put("service", signing.service());
        to.put("region", signing.region());
        to.put("signature", signing.isAsymmetric() ? "v4a" : "v4");
        if (signing.isAsymmetric()) {
            to.put("region_set", signing.regions());
        }
        to.put("credentials", signing.credentials());
    }
}
