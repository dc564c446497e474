package io.countersign.gateway.console.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonTest {
    private enum Kind {
        ONE_THING
    }

    @Test
    void writesWhatIsThere() {
        String written = Json.object()
                .with("text", "a \"b\" \u202e\n")
                .with("number", 7)
                .number("whole", 3.0)
                .number("part", 0.25)
                .number("none", Double.NaN)
                .with("flag", true)
                .with("time", Instant.parse("2026-11-27T05:00:00.123456Z"))
                .with("kind", Kind.ONE_THING)
                .with("absent", Optional.empty())
                .with("there", Optional.of(8L))
                .with("when", Optional.of(Instant.parse("2026-11-27T05:00:00Z")))
                .texts("texts", List.of("a", 1))
                .object("inner", inner -> inner.with("a", 1).with("b", 2))
                .list("list", List.of(1, 2), (each, n) -> each.with("n", n))
                .written();
        assertEquals(
                "{\"text\":\"a \\\"b\\\" \\u202e\\u000a\",\"number\":7,\"whole\":3,\"part\":0.25,\"flag\":true,"
                        + "\"time\":\"2026-11-27T05:00:00.123Z\",\"kind\":\"one-thing\",\"there\":8,"
                        + "\"when\":\"2026-11-27T05:00:00Z\",\"texts\":[\"a\",\"1\"],\"inner\":{\"a\":1,\"b\":2},"
                        + "\"list\":[{\"n\":1},{\"n\":2}]}",
                written);
        assertEquals("{}", Json.object().written());
    }
}
