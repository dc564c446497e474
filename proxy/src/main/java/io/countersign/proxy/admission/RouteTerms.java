package io.countersign.proxy.admission;

import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Makes of a route and narrower terms the route that one request goes by. */
final class RouteTerms {
    private RouteTerms() {}

    /** @param credentials that the terms name; empty where they name none */
    static Route apply(Terms terms, Route route, Optional<NamedCredentials> credentials) {
        RouteConfig config = route.config();
        RouteConfig.HeaderRules rules = config.rewrite().headers();
        RouteConfig narrowed = config.with(
                Math.min(config.conditions().maxBody(), terms.maxBody().orElse(Long.MAX_VALUE)),
                new RouteConfig.HeaderRules(
                        replacing(rules.set(), terms.fields().set()),
                        removing(rules.remove(), terms.fields().removed()),
                        rules.signed(),
                        rules.duplicate()));
        List<Route> standbys = route.standbys().stream()
                .map(way -> apply(terms, way, Optional.empty()))
                .toList();
        Route terse = new Route(narrowed, route.upstream(), route.signing(), route.state(), standbys);
        return credentials.map(terse::signedWith).orElse(terse);
    }

    private static Set<String> removing(Set<String> some, Set<String> others) {
        Set<String> all = new HashSet<>(some);
        others.forEach(name -> all.add(name.toLowerCase(Locale.ROOT)));
        return all;
    }

    /** Fields of which the later ones replace earlier ones of the same name. */
    static List<RouteConfig.SetHeader> replacing(
            List<RouteConfig.SetHeader> earlier, List<RouteConfig.SetHeader> later) {
        List<RouteConfig.SetHeader> fields = new ArrayList<>(earlier);
        fields.removeIf(field -> later.stream().anyMatch(other -> other.name().equalsIgnoreCase(field.name())));
        fields.addAll(later);
        return fields;
    }
}
