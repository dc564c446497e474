package io.countersign.proxy.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The alerts, the rules and the dashboard in deploy/, and what docs/RUNBOOK.md says of them. */
@Timeout(60)
class DeployedFilesTest {
    private static final Path PROMETHEUS = Path.of("../deploy/prometheus");
    private static final Path DASHBOARD = Path.of("../deploy/grafana/countersign.json");
    private static final Path RUNBOOK = Path.of("../docs/RUNBOOK.md");
    private static final Pattern METRIC = Pattern.compile("\\b(?:countersign|jvm|process)_\\w+");
    private static final Pattern DESCRIBED = Pattern.compile("`((?:countersign|jvm|process)_\\w+)`");

    private static Map<?, ?> read(Path file) throws IOException {
        // JSON is YAML too.
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    }

    private static Stream<Map<?, ?>> each(Object list) {
        return list == null ? Stream.of() : ((List<?>) list).stream().map(element -> (Map<?, ?>) element);
    }

    private static List<Map<?, ?>> rules(String file) throws IOException {
        return each(read(PROMETHEUS.resolve(file)).get("groups"))
                .flatMap(group -> each(group.get("rules")))
                .collect(Collectors.toList());
    }

    private static Set<String> alerts() throws IOException {
        return rules("alerts.yaml").stream()
                .map(rule -> (String) rule.get("alert"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(PROMETHEUS.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    @Test
    void promtoolTakesTheRulesAndTheyDoWhatTheirTestsSay() throws Exception {
        promtool("check", "rules", "alerts.yaml", "recording.yaml");
        assertTrue(promtool("test", "rules", "alerts_test.yaml").contains("SUCCESS"));
    }

    @Test
    void eachAlertIsTestedWhereItFiresAndWhereItIsSilent() throws IOException {
        Set<String> fires = new TreeSet<>();
        Set<String> silent = new TreeSet<>();
        each(read(PROMETHEUS.resolve("alerts_test.yaml")).get("tests"))
                .flatMap(test -> each(test.get("alert_rule_test")))
                .forEach(check -> (((List<?>) check.get("exp_alerts")).isEmpty() ? silent : fires)
                        .add((String) check.get("alertname")));
        assertEquals(alerts(), fires);
        assertEquals(alerts(), silent);
    }

    /** Whoever is woken finds the page that the alert names, and no page is about an alert that is gone. */
    @Test
    void eachAlertHasItsPlaceInTheRunbook() throws IOException {
        for (Map<?, ?> rule : rules("alerts.yaml")) {
            String name = (String) rule.get("alert");
            String severity = (String) ((Map<?, ?>) rule.get("labels")).get("severity");
            assertTrue(Set.of("critical", "warning").contains(severity), name);
            Map<?, ?> annotations = (Map<?, ?>) rule.get("annotations");
            assertTrue(annotations.get("summary") instanceof String, name);
            assertEquals(
                    "https://countersign.example/docs/RUNBOOK.md#" + name.toLowerCase(Locale.ROOT),
                    annotations.get("runbook_url"));
        }
        Set<String> headings = Files.readAllLines(RUNBOOK).stream()
                .filter(line -> line.startsWith("### Countersign"))
                .map(line -> line.substring(4))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(alerts(), headings);
    }

    /** Of the metrics that docs/OBSERVABILITY.md describes, which are those of {@code /metrics}: other tests compare those two. */
    @Test
    void eachMetricIsDescribed() throws IOException {
        Set<String> described = new TreeSet<>();
        Matcher names = DESCRIBED.matcher(Files.readString(Path.of("../docs/OBSERVABILITY.md")));
        while (names.find()) {
            described.add(names.group(1));
        }
        Set<String> unknown = new TreeSet<>();
        for (String query : queries()) {
            Matcher metric = METRIC.matcher(query);
            while (metric.find()) {
                String name = metric.group().replaceFirst("_(bucket|sum|count)$", "");
                if (!described.contains(name) && !described.contains(metric.group())) {
                    unknown.add(metric.group());
                }
            }
        }
        assertEquals(Set.of(), unknown);
    }

    private static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        for (String file : List.of("alerts.yaml", "recording.yaml")) {
            rules(file).forEach(rule -> queries.add((String) rule.get("expr")));
        }
        Map<?, ?> dashboard = read(DASHBOARD);
        each(dashboard.get("panels"))
                .flatMap(panel -> each(panel.get("targets")))
                .forEach(target -> queries.add((String) target.get("expr")));
        each(((Map<?, ?>) dashboard.get("templating")).get("list"))
                .filter(variable -> variable.get("type").equals("query"))
                .forEach(variable -> queries.add((String) variable.get("definition")));
        assertTrue(queries.size() > 100, () -> queries.size() + " queries");
        return queries;
    }

    @Test
    void eachPanelOfTheDashboardHasAnIdAndAQueryOfItsOwn() throws IOException {
        List<Map<?, ?>> panels = each(read(DASHBOARD).get("panels")).toList();
        assertEquals(
                panels.size(),
                panels.stream().map(panel -> panel.get("id")).distinct().count());
        for (Map<?, ?> panel : panels) {
            boolean isRow = panel.get("type").equals("row");
            assertEquals(
                    isRow, each(panel.get("targets")).findAny().isEmpty(), () -> String.valueOf(panel.get("title")));
        }
    }
}
