package io.countersign.proxy.rejection;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.rejection.ErrorForm.Kind;
import io.countersign.proxy.rejection.Rejection.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table "How each service rejects" of docs/SERVICES.md: each service, in each of its forms, for each thing that can be wrong. */
class ServicesSayNoTest {
    private static final Map<String, ErrorForm> FORMS =
            Arrays.stream(ErrorForm.values()).collect(toMap(ErrorForm::title, Function.identity()));

    /** A row of the table. */
    private record Row(String service, boolean application, boolean telemetry, List<ErrorForm> forms) {}

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("everyRejection")
    void eachRejectionIsKnown(String service, ErrorForm form, Kind kind) {
        CannedResponse answer = form.answer(kind, service);

        UpstreamError.Rejected error =
                assertInstanceOf(UpstreamError.Rejected.class, UpstreamErrorsTest.error(answer, service));
        assertEquals(form.cause(kind), error.rejection().cause());
        if (form == ErrorForm.JSON || form == ErrorForm.CBOR || form == ErrorForm.ERROR_TYPE_HEADER) {
            assertEquals(kind.exception(), error.errorType());
            assertEquals(kind.message(service).strip(), error.message());
        }
        if (form == ErrorForm.TYPED_LINE || form == ErrorForm.BARE_FORBIDDEN) {
            answer.headers().put("date", "Sun, 01 Mar 2026 12:05:01 GMT");
            Cause withTheClockOff =
                    UpstreamErrorsTest.rejection(answer, service).cause();
            assertEquals(
                    form.cause(kind) == Cause.BARE_FORBIDDEN ? Cause.CLOCK_SKEW : form.cause(kind), withTheClockOff);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("everyForm")
    void throttlingIsKnown(String service, ErrorForm form) {
        assertInstanceOf(
                UpstreamError.Throttled.class, UpstreamErrorsTest.error(form.answer(Kind.THROTTLED, service), service));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("everyForm")
    void theServicesOwnFailureIsKnown(String service, ErrorForm form) {
        UpstreamError error = UpstreamErrorsTest.error(form.answer(Kind.FAULT, service), service);

        if (form == ErrorForm.TYPED_LINE) {
            // How VPC Lattice says 500, if it does, is unknown: it is the application's.
            assertInstanceOf(UpstreamError.Verdict.class, error);
        } else {
            assertInstanceOf(UpstreamError.ServiceFault.class, error);
        }
    }

    @Test
    void theManualsTableIsTheCodes() throws IOException {
        List<Row> table = table();

        assertEquals(
                AwsServices.names().stream().sorted().toList(),
                table.stream().map(Row::service).sorted().toList());
        for (Row row : table) {
            AwsService service = AwsServices.of(row.service());
            assertEquals(service.hostsApplications(), row.application(), row.service());
            assertEquals(service.takesTelemetry(), row.telemetry(), row.service());
            assertFalse(row.forms().isEmpty(), row.service());
        }
    }

    static Stream<Arguments> everyForm() throws IOException {
        return table().stream().flatMap(row -> row.forms().stream().map(form -> arguments(row.service(), form)));
    }

    static Stream<Arguments> everyRejection() throws IOException {
        return table().stream()
                .flatMap(row -> row.forms().stream()
                        .flatMap(form -> Arrays.stream(Kind.values())
                                .filter(Kind::isRejection)
                                .map(kind -> arguments(row.service(), form, kind))));
    }

    private static List<Row> table() throws IOException {
        String page = Files.readString(Path.of("../docs/SERVICES.md"));
        String section = page.substring(page.indexOf("\n## How each service rejects"));
        return section.lines()
                .skip(2)
                .takeWhile(line -> !line.startsWith("## ") && !line.startsWith("### "))
                .filter(line -> line.startsWith("| `"))
                .flatMap(ServicesSayNoTest::rows)
                .toList();
    }

    private static Stream<Row> rows(String line) {
        List<String> cells =
                Stream.of(line.split("\\|")).skip(1).map(String::strip).toList();
        List<ErrorForm> forms = Stream.of(cells.get(3).split(", "))
                .map(name -> FORMS.computeIfAbsent(name, unknown -> {
                    throw new AssertionError("no form is called " + unknown);
                }))
                .toList();
        return Stream.of(cells.get(0).replace("`", "").split(", "))
                .map(service -> new Row(service, yes(cells.get(1)), yes(cells.get(2)), forms));
    }

    private static boolean yes(String cell) {
        return switch (cell) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new AssertionError(cell);
        };
    }
}
