package io.countersign.gateway.console.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares what the page shows with {@code /metrics} and with the lines of calls, which know nothing of the page. Nobody may call
 * meanwhile.
 */
final class ShownNumbers {
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(countersign_\\w+)(?:\\{(.*)})? (\\S+)$");
    private static final String NONE = "none";

    private final Scene scene;
    private final Browser browser;

    ShownNumbers(Scene scene, Browser browser) {
        this.scene = scene;
        this.browser = browser;
    }

    private record Sample(String name, Map<String, String> labels, double value) {
        private String route() {
            return labels.getOrDefault("route", NONE);
        }
    }

    private List<Sample> samples() {
        List<Sample> all = new ArrayList<>();
        Matcher sample = SAMPLE.matcher(scene.gateway().admin("/metrics"));
        while (sample.find()) {
            Map<String, String> labels = new TreeMap<>();
            Matcher label = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"")
                    .matcher(sample.group(2) == null ? "" : sample.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
            all.add(new Sample(sample.group(1), labels, Double.parseDouble(sample.group(3))));
        }
        return all;
    }

    private long sum(String name, String route, String code) {
        return (long) samples().stream()
                .filter(each -> each.name.equals(name)
                        && (route.isEmpty() || each.route().equals(route))
                        && each.labels.getOrDefault("code", "").matches(code))
                .mapToDouble(Sample::value)
                .sum();
    }

    private long sum(String name) {
        return sum(name, "", ".*");
    }

    /** How many lines of calls have all of these, as they stand in JSON. */
    private long lines(String... members) {
        return scene.logged().stream()
                .filter(line -> List.of(members).stream().allMatch(line::contains))
                .count();
    }

    private void everyCallIsOnTheDisk() {
        try {
            Await.until("every call is on the disk", () -> lines() == sum("countersign_requests_total"));
        } catch (AssertionError e) {
            assertEquals(sum("countersign_requests_total"), lines(), () -> "lines: " + scene.logged());
            throw e;
        }
    }

    private List<String> routes() {
        return samples().stream()
                .filter(each -> each.name.equals("countersign_requests_total"))
                .map(Sample::route)
                .distinct()
                .sorted()
                .toList();
    }

    /** What stands in a table, by the names of its rows and columns, without what is not a number. */
    private String cell(String table, String row, String column) {
        return browser.eval("(() => { const row = [...document.querySelectorAll('#" + table
                + " tbody tr')].find(row => row.cells[0].innerText.split('\\n')[0].trim() === '" + row
                + "'); return row ? row.querySelector('[data-name=\"" + column
                + "\"]').innerText.trim().replaceAll(',', '') : 'no row'; })()");
    }

    private void shows(String table, String row, Map<String, String> expected) {
        Map<String, String> shown = new TreeMap<>();
        try {
            Await.until(table + " shows what the metrics say of " + row, () -> {
                expected.keySet().forEach(column -> shown.put(column, cell(table, row, column)));
                return shown.equals(expected);
            });
        } catch (AssertionError e) {
            assertEquals(expected, shown, table + ", " + row);
            throw e;
        }
    }

    /** Of the view Now: what arrives, what is held, who was denied. */
    void now() {
        everyCallIsOnTheDisk();
        List<String> routes =
                routes().stream().filter(route -> !route.equals(NONE)).toList();
        assertEquals(10, routes.size(), routes::toString);
        for (String route : routes) {
            String all = text(sum("countersign_requests_total", route, ".*"));
            shows(
                    "arriving",
                    route,
                    Map.of(
                            "Requests", all,
                            "2xx", text(sum("countersign_requests_total", route, "2..")),
                            "503 for 4xx", text(sum("countersign_kept_data_total", route, ".*"))));
            assertEquals(text(lines("\"route\":\"" + route + "\"")), all, route);
        }
        held();
        long denied = sum("countersign_denied_total");
        assertEquals(denied, lines("\"verdict\":\"denied\""));
        assertTrue(denied >= 3, () -> denied + " denied");
        Await.until(
                "the page shows who was denied",
                () -> browser.eval("[...document.querySelectorAll('#refused [data-name=Denied]')].reduce((sum, cell) =>"
                                + " sum + Number(cell.innerText), 0)")
                        .equals(text(denied)));
    }

    private void held() {
        List<Sample> since = samples().stream()
                .filter(each -> each.name.equals("countersign_agent_holding_since_timestamp_seconds"))
                .toList();
        assertEquals(2, since.size(), since::toString);
        for (Sample sample : since) {
            String row =
                    "[...document.querySelectorAll('#held tbody tr')].find(row => row.cells[0].innerText.startsWith('"
                            + sample.labels.get("agent") + "') && row.cells[1].innerText.startsWith('" + sample.route()
                            + "'))";
            browser.until(
                    "what " + sample + " says is shown",
                    "Math.abs(Date.parse(" + row + "?.querySelector('[data-name=Since] time').dateTime) / 1000 - "
                            + sample.value + ") < 0.002");
            assertEquals(
                    text(lines("\"route\":\"" + sample.route() + "\"", "\"status\":503")),
                    browser.eval(row + ".querySelector('[data-name=Requests]').innerText.trim()"));
        }
        assertEquals(
                text(sum("countersign_held_total", "logs", ".*")),
                browser.eval("[...document.querySelectorAll('#held tbody tr')].filter(row => row.cells[1].innerText"
                        + ".startsWith('logs')).reduce((sum, row) => sum + Number(row.querySelector('[data-name=Requests]')"
                        + ".innerText), 0)"));
    }

    /** With one call in flight, whose body is held in memory. */
    void headroom() {
        CompletableFuture<Integer> slow = scene.beginSlowOne(7000);
        Await.until("a call is in flight", () -> sum("countersign_in_flight") == 1);
        Await.until("its body is held", () -> sum("countersign_buffered_bytes") >= 7000);
        meter("Calls in flight", text(sum("countersign_in_flight")), text(sum("countersign_in_flight_limit")));
        meter(
                "Bodies in memory",
                bytes(sum("countersign_buffered_bytes")),
                bytes(sum("countersign_buffered_limit_bytes")));
        meter(
                "Client connections",
                text(sum("countersign_client_connections")),
                text(sum("countersign_client_connections_limit")));
        meter("Waiting for a place", text(sum("countersign_waiting")), "");
        scene.finishSlowOne();
        assertEquals(200, slow.join());
        meter("Calls in flight", "0", text(sum("countersign_in_flight_limit")));
        everyCallIsOnTheDisk();
    }

    private void meter(String name, String used, String limit) {
        browser.until(
                name + " is " + used + " of " + limit,
                "[...document.querySelectorAll('#headroom .meter')].find(each => each.querySelector('.name').innerText === '"
                        + name
                        + "').querySelector('.value').innerText.replaceAll(',', '').replace(/\\s+/g, ' ').trim() === '"
                        + used + (limit.isEmpty() ? "" : " of " + limit) + "'");
    }

    /** What went through in all, once the step is over in which the last call came. */
    void overview() {
        List<String> rows = new ArrayList<>(routes());
        rows.add("all");
        for (String row : rows) {
            String route = row.equals("all") ? "" : row;
            shows(
                    "totals",
                    row,
                    Map.of(
                            "Calls", text(sum("countersign_requests_total", route, ".*")),
                            "Acknowledged", text(acknowledged(route)),
                            "Errors", text(sum("countersign_requests_total", route, "[45]..|none")),
                            "Held", text(sum("countersign_held_total", route, ".*")),
                            "503 for 4xx", text(sum("countersign_kept_data_total", route, ".*")),
                            "Bytes in", bytes(sum("countersign_request_bytes_total", route, ".*")),
                            "Bytes out", bytes(sum("countersign_response_bytes_total", route, ".*"))));
        }
        assertEquals(sum("countersign_request_bytes_total"), logged("request_bytes", ""));
        assertEquals(sum("countersign_response_bytes_total"), logged("response_bytes", ""));
    }

    /** By the lines, since the metric of responses has those of ours in it. */
    private long acknowledged(String route) {
        return scene.logged().stream()
                .filter(line -> line.contains(route.isEmpty() ? "" : "\"route\":\"" + route + "\"")
                        && (!route.equals(NONE) || !line.contains("\"route\":"))
                        && line.matches(".*\"status\":2\\d\\d,.*")
                        && line.contains("\"upstream_status\":2"))
                .count();
    }

    private long logged(String number, String with) {
        long sum = 0;
        for (String line : scene.logged()) {
            Matcher found = Pattern.compile("\"" + number + "\":(\\d+)").matcher(line);
            if (line.contains(with) && found.find()) {
                sum += Long.parseLong(found.group(1));
            }
        }
        return sum;
    }

    /** Those that are known by their address. */
    void callers() {
        List<String> clients = scene.logged().stream()
                .filter(line -> !line.contains("\"identity\""))
                .map(line -> line.replaceFirst(".*\"client\":\"([^\"]+)\".*", "$1"))
                .distinct()
                .toList();
        assertTrue(clients.size() >= 5, clients::toString);
        long denied = 0;
        for (String client : clients) {
            String is = "\"client\":\"" + client + "\"";
            long identified = lines(is, "\"identity\"");
            long own = lines(is, "\"verdict\":\"denied\"");
            denied += own;
            shows(
                    "callers",
                    client,
                    Map.of(
                            "Calls", text(lines(is) - identified),
                            "Denied", text(own),
                            "Sent", bytes(logged("request_bytes", is))));
        }
        assertEquals(sum("countersign_denied_total"), denied);
    }

    private static String text(long number) {
        return String.valueOf(number);
    }

    /** As the page writes them. */
    private static String bytes(long number) {
        double value = number;
        int power = 0;
        while (value >= 1024 && power < 4) {
            value /= 1024;
            power++;
        }
        String digits = power == 0
                ? text(number)
                : String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
        return digits + " " + List.of("B", "KiB", "MiB", "GiB", "TiB").get(power);
    }
}
