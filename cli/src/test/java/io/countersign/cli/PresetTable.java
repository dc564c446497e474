package io.countersign.cli;

import io.countersign.proxy.aws.AwsService.Trait;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.PayloadMode;
import io.countersign.standin.verify.ErrorForm;
import io.countersign.standin.verify.PathMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The request of each preset, as docs/SERVICES.md has it in "The request that was signed for each". */
final class PresetTable {
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Map<String, ErrorForm> FORMS =
            Map.of("json", ErrorForm.JSON, "s3 xml", ErrorForm.S3, "error type header", ErrorForm.APIGATEWAY_REST);
    private static final List<String> IN_A_FORM = List.of("rds", "sns", "sts");

    private PresetTable() {}

    /** A row. */
    record Row(String service, String method, String host, String target, List<String> fields) {
        boolean hasBody() {
            return !method.equals("GET");
        }

        String body() {
            return hasBody() ? "{\"a\": \"\u00e4+b%20c\"}\n" : "";
        }

        /** With the type of the body. */
        List<String> allFields() {
            List<String> all = new ArrayList<>(fields);
            if (hasBody()) {
                boolean json = fields.stream().anyMatch(field -> field.startsWith("X-Amz-Target: "));
                all.add("Content-Type: "
                        + (IN_A_FORM.contains(service)
                                ? "application/x-www-form-urlencoded; charset=utf-8"
                                : json ? "application/x-amz-json-1.1" : "application/json"));
            }
            return all;
        }

        boolean isS3() {
            return AwsServices.of(service).isS3();
        }

        boolean isUnsigned() {
            return AwsServices.of(service).preset().payloads().get(0) == PayloadMode.UNSIGNED;
        }

        /** Whether it is refused without {@code x-amz-content-sha256}. */
        boolean demandsHash() {
            return AwsServices.of(service).is(Trait.DEMANDS_CONTENT_HASH);
        }

        /** Whether the host says what it is signed for. */
        boolean hasHost() {
            return !AwsServices.of(service).hosts().isEmpty();
        }

        /** The stand-in takes UNSIGNED-PAYLOAD in S3's mode alone; a path with nothing to encode is the same in both. */
        PathMode pathMode() {
            return isS3() || isUnsigned() ? PathMode.S3 : PathMode.EXECUTE_API;
        }

        @Override
        public String toString() {
            return service;
        }
    }

    static List<Row> rows() {
        return table("### The request that was signed for each")
                .map(PresetTable::row)
                .toList();
    }

    /** In which of the stand-in's forms each service rejects, as "How each service rejects" has it; without those in none of them. */
    static Map<String, ErrorForm> forms() {
        Map<String, ErrorForm> forms = new HashMap<>();
        table("## How each service rejects")
                .forEach(cells -> Stream.of(cells.get(3).split(", "))
                        .filter(FORMS::containsKey)
                        .findFirst()
                        .ifPresent(
                                form -> quoted(cells.get(0)).forEach(service -> forms.put(service, FORMS.get(form)))));
        return forms;
    }

    private static Stream<List<String>> table(String heading) {
        try {
            String page = Files.readString(Path.of("../docs/SERVICES.md"));
            return page.substring(page.indexOf("\n" + heading + "\n") + 1)
                    .lines()
                    .skip(1)
                    .takeWhile(line -> !line.startsWith("#"))
                    .filter(line -> line.startsWith("| `"))
                    .map(line -> Stream.of(line.split(" \\| ?", -1))
                            .map(String::strip)
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Row row(List<String> cells) {
        String[] request = quoted(cells.get(1)).get(0).split(" ", 2);
        int path = request[1].indexOf('/');
        return new Row(
                quoted(cells.get(0)).get(0),
                request[0],
                request[1].substring(0, path),
                request[1].substring(path),
                quoted(cells.get(2)));
    }

    private static List<String> quoted(String cell) {
        return QUOTED.matcher(cell).results().map(match -> match.group(1)).toList();
    }
}
