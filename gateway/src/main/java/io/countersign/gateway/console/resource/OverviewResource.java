package io.countersign.gateway.console.resource;

import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.overview.Overview;
import io.countersign.gateway.overview.Sums;
import io.countersign.gateway.overview.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What went through over the last minutes, hours or day. */
final class OverviewResource extends Reading {
    private static final double MICROS = 1e6;

    private final Overview overview;

    OverviewResource(Overview overview) {
        super("overview", Size.LARGE, "window", "by");
        this.overview = overview;
    }

    @Override
    protected Reply read(Call call) throws Problem {
        Window window = window(call.query().text("window"));
        Overview.By by = by(call.query().text("by"));
        Overview.Shown shown = overview.show(window, by, call.at());
        Json json = Json.object()
                .with("window", window.label())
                .with("step_seconds", window.step().toSeconds())
                .with(
                        "begin",
                        shown.end().minus(window.step().multipliedBy(shown.all().size())))
                .with("end", shown.end())
                .object("all", inner -> points(inner, shown.all()));
        if (by != Overview.By.NOTHING) {
            String name = by == Overview.By.ROUTE ? "route" : "tenant";
            json.list(name + "s", shown.named().entrySet(), (inner, each) -> {
                inner.with(name, each.getKey());
                points(inner, each.getValue());
            });
        }
        return Reply.of(json);
    }

    private static Window window(Optional<String> asked) throws Problem {
        for (Window window : Window.values()) {
            if (window.label().equals(asked.orElse(Window.QUARTER_HOUR.label()))) {
                return window;
            }
        }
        throw Problem.badRequest("window is one of "
                + Arrays.stream(Window.values()).map(Window::label).collect(Collectors.joining(", ")));
    }

    private static Overview.By by(Optional<String> asked) throws Problem {
        if (asked.isEmpty()) {
            return Overview.By.NOTHING;
        }
        return switch (asked.get()) {
            case "route" -> Overview.By.ROUTE;
            case "tenant" -> Overview.By.TENANT;
            default -> throw Problem.badRequest("by is route or tenant");
        };
    }

    private static void points(Json json, List<Sums> points) {
        json.object("total", inner -> total(inner, Sums.of(points)));
        column(json, "requests", points, Sums::requests);
        column(json, "acknowledged", points, Sums::acknowledged);
        column(json, "errors", points, Sums::errors);
        column(json, "kept_data", points, Sums::keptData);
        column(json, "held", points, Sums::held);
        column(json, "request_bytes", points, Sums::requestBytes);
        column(json, "response_bytes", points, Sums::responseBytes);
        column(json, "p50_ms", points, point -> millis(point, 0.5));
        column(json, "p99_ms", points, point -> millis(point, 0.99));
    }

    private static void total(Json json, Sums sums) {
        json.with("requests", sums.requests())
                .with("acknowledged", sums.acknowledged())
                .with("errors", sums.errors())
                .with("kept_data", sums.keptData())
                .with("held", sums.held())
                .with("request_bytes", sums.requestBytes())
                .with("response_bytes", sums.responseBytes())
                .number("p50_ms", millis(sums, 0.5))
                .number("p99_ms", millis(sums, 0.99));
    }

    private static void column(Json json, String name, List<Sums> points, ToDoubleFunction<Sums> value) {
        json.numbers(name, points.stream().mapToDouble(value));
    }

    /** With three decimals, as in logs. */
    private static double millis(Sums sums, double part) {
        double seconds = sums.quantile(part);
        return Double.isNaN(seconds) ? seconds : Math.round(seconds * MICROS) / 1e3;
    }
}
