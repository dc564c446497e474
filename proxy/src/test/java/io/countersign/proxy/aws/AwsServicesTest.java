package io.countersign.proxy.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.sigv4.PathStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rows of the code against those of docs/SERVICES.md; the table of how each service rejects has a test of its own. */
class AwsServicesTest {
    private static final Pattern NAME = Pattern.compile("`([a-z0-9-]+)`");

    @Test
    void everyServiceIsInTheTableOfPresetsUnlessItHasTheUsualOne() throws IOException {
        Map<String, List<String>> manual = new HashMap<>();
        for (List<String> cells : table("## The presets")) {
            names(cells.get(0)).forEach(name -> manual.put(name, cells));
        }
        Preset usual = AwsServices.of("any-other").preset();

        for (AwsService service : AwsServices.all()) {
            Preset preset = service.preset();
            List<String> cells = manual.remove(service.name());
            if (cells == null) {
                assertEquals(usual, renamed(preset, usual.service()), service.name());
                continue;
            }
            assertEquals(cells.get(1).equals("as sent"), preset.pathStyle().equals(PathStyle.S3), service.name());
            assertEquals(cells.get(2), payloads(preset), service.name());
            assertEquals(names(cells.get(3)), preset.signedHeaders(), service.name());
            assertEquals(bytes(cells.get(4)), preset.maxBody(), service.name());
            assertEquals(preset.maxHead() > 0, cells.get(5).startsWith("request line and fields"), service.name());
            assertEquals(
                    preset.patience().equals(Preset.Patience.USUAL),
                    !cells.get(5).matches("`timeouts.request`.* \\d.*"),
                    service.name());
        }
        assertEquals(Map.of(), manual);
    }

    @Test
    void everyServiceWithHostsIsInTheTableOfHosts() throws IOException {
        Set<String> manual = new TreeSet<>();
        for (List<String> cells : table("## Hosts")) {
            manual.addAll(names(cells.get(1)));
        }

        assertEquals(
                AwsServices.all().stream()
                        .filter(service -> !service.hosts().isEmpty())
                        .map(AwsService::name)
                        .collect(Collectors.toCollection(TreeSet::new)),
                manual);
    }

    @Test
    void isS3ForItsOwnNamesAlone() {
        assertTrue(AwsServices.of("s3-outposts").isS3());
        assertFalse(AwsServices.of("s3tables").isS3());
    }

    private static Preset renamed(Preset preset, String service) {
        return new Preset(
                service,
                preset.pathStyle(),
                preset.payloads(),
                preset.signedHeaders(),
                preset.maxHead(),
                preset.maxBody(),
                preset.patience());
    }

    private static String payloads(Preset preset) {
        return preset.payloads().stream()
                .map(mode -> mode == PayloadMode.SIGNED ? "signed" : "unsigned")
                .collect(Collectors.joining(", or "));
    }

    private static long bytes(String cell) {
        if (cell.isEmpty()) {
            return 0;
        }
        String[] words = cell.replace(",", "").split(" ", -1);
        long number = Long.parseLong(words[0]);
        return switch (words[1]) {
            case "GiB" -> number << 30;
            case "MiB" -> number << 20;
            case "bytes" -> number;
            default -> throw new AssertionError(cell);
        };
    }

    private static List<String> names(String cell) {
        return NAME.matcher(cell).results().map(match -> match.group(1)).toList();
    }

    private static List<List<String>> table(String heading) throws IOException {
        String page = Files.readString(Path.of("../docs/SERVICES.md"));
        return page.substring(page.indexOf("\n" + heading + "\n") + 1)
                .lines()
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("| ") && line.contains("`"))
                .map(line -> Stream.of(line.split("\\|", -1))
                        .skip(1)
                        .map(String::strip)
                        .toList())
                .toList();
    }
}
