package io.countersign.gateway.lifecycle;

import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the gateway offers: each route with what people want to know of it, how far its life has come, and who still calls it at its
 * end. With {@code format=backstage} it is a list of entities for a developer portal's catalogue.
 */
final class Catalogue extends Reading {
    private final Supplier<ProxyConfig> config;
    private final Supplier<LifecycleConfig> lives;
    private final DeprecatedCallers callers;

    Catalogue(Supplier<ProxyConfig> config, Supplier<LifecycleConfig> lives, DeprecatedCallers callers) {
        super("catalogue", Size.LARGE, "format");
        this.config = config;
        this.lives = lives;
        this.callers = callers;
    }

    @Override
    protected Reply read(Call call) throws Problem {
        String format = call.query().text("format").orElse("json");
        List<RouteLife> routes = lives.get().routes();
        return switch (format) {
            case "json" -> Reply.of(Json.object().list("routes", routes, this::write));
            case "backstage" -> Reply.of(Json.object().list("entities", routes, BackstageEntity::write));
            default -> throw Problem.badRequest("format is json or backstage");
        };
    }

    private void write(Json json, RouteLife life) {
        RouteConfig route = byName().get(life.route());
        About about = life.about();
        json.with("name", life.route())
                .with("state", life.state())
                .with("description", about.description())
                .with("owner", about.owner())
                .with("contact", about.contact())
                .with("docs", about.docs())
                .object("labels", labels -> about.labels().forEach(labels::with));
        if (route != null) {
            json.with("path_prefix", route.match().pathPrefix())
                    .texts("methods", route.match().methods().stream().sorted().toList())
                    .texts("hosts", route.match().hosts().stream().sorted().toList());
        }
        life.deprecation().ifPresent(end -> {
            json.with("deprecation", end.since()).with("sunset", end.sunset());
            end.brownout()
                    .ifPresent(brownout -> json.object(
                            "brownout",
                            times -> times.with("for_seconds", brownout.length().toSeconds())
                                    .with("every_seconds", brownout.every().toSeconds())));
        });
        json.with("successor", life.successor()).with("retire_final", life.retireFinal());
        if (callers.routes().contains(life.route())) {
            json.list(
                    "still_called_by",
                    callers.of(life.route()),
                    (one, caller) -> one.with("caller", caller.who())
                            .with("calls", caller.calls())
                            .with("last", caller.last()));
        }
    }

    private Map<String, RouteConfig> byName() {
        Map<String, RouteConfig> all = new HashMap<>();
        config.get().routes().forEach(route -> all.put(route.name(), route));
        return all;
    }
}
