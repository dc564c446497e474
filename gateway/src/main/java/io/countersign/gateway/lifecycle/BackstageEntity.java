package io.countersign.gateway.lifecycle;

import io.countersign.gateway.console.api.Json;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A route as an entity of Backstage's software catalog, of kind {@code Component} (an entity of kind {@code API} needs a definition, which
 * a proxy does not have). Source: Backstage, Descriptor Format of Catalog Entities.
 */
final class BackstageEntity {
    /** Names of entities, and values of labels. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,61}[a-zA-Z0-9])?");

    private static final String PREFIX = "countersign.io/";

    /** The values that Backstage's own documentation proposes. */
    private static final Map<State, String> LIFECYCLES = Map.of(
            State.DRAFT, "experimental",
            State.LIVE, "production",
            State.DEPRECATED, "deprecated",
            State.RETIRED, "deprecated");

    private BackstageEntity() {}

    static void write(Json entity, RouteLife life) {
        About about = life.about();
        entity.with("apiVersion", "backstage.io/v1alpha1")
                .with("kind", "Component")
                .object("metadata", metadata -> {
                    metadata.with("name", name(life.route())).with("description", about.description());
                    metadata.object(
                            "labels", labels -> about.labels().forEach((name, value) -> label(labels, name, value)));
                    metadata.object(
                            "annotations",
                            annotations -> annotations
                                    .with(PREFIX + "route", life.route())
                                    .with(PREFIX + "state", life.state())
                                    .with(PREFIX + "contact", about.contact()));
                    if (about.docs().isPresent()) {
                        metadata.list(
                                "links",
                                about.docs().stream().toList(),
                                (link, url) -> link.with("url", url).with("title", "Documentation"));
                    }
                })
                .object(
                        "spec",
                        spec -> spec.with("type", "service")
                                .with("lifecycle", LIFECYCLES.get(life.state()))
                                .with("owner", name(about.owner().orElse("unknown"))));
    }

    private static void label(Json labels, String name, String value) {
        if (NAME.matcher(value).matches()) {
            labels.with(name.contains("/") ? name : PREFIX + name, value);
        }
    }

    private static String name(String text) {
        if (NAME.matcher(text).matches()) {
            return text;
        }
        String cut = text.replaceAll("[^a-zA-Z0-9_.-]+", "-").replaceAll("^[^a-zA-Z0-9]+|[^a-zA-Z0-9]+$", "");
        String name = cut.substring(0, Math.min(cut.length(), 63)).toLowerCase(Locale.ROOT);
        return NAME.matcher(name).matches() ? name : "unknown";
    }
}
