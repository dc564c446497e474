package io.countersign.proxy.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPatternTest {
    @ParameterizedTest
    @CsvSource({
        "a.b.c, a.b.c, true",
        "A.b.c, a.b.c, true",
        "a.b.c, a.b.cc, false",
        "a.b.c, a.b, false",
        "a.b.c, x.a.b.c, false",
        "a.b.c, a.b.c., false",
        "a.*.c, a.b.c, true",
        "a.*.c, a.b.b.c, false",
        "a.*.c, a..c, false",
        "a.*.c, a.c, false",
        "*.b.c, a.b.c, true",
        "*.b.c, .b.c, false",
        "*.b.c, b.c, false",
        "*.*.c, a.b.c, true",
        "*.*.c, a.b.b.c, false",
        "a.b.*, a.b.c, true",
        "a.b.*, a.b., false",
        "a.b.*, a.b, false"
    })
    void anAsteriskIsExactlyOneLabel(String pattern, String host, boolean matches) {
        assertEquals(matches, HostPattern.parse(pattern).matches(host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a*.b", "**.b", "*.*.*.*.*", "a..b", "", "a b.c", "a.b:443", "https://a.b", "a.b/", "*."})
    void refusesWhatIsNoPattern(String text) {
        assertThrows(IllegalArgumentException.class, () -> HostPattern.parse(text));
    }

    @Test
    void triesEveryCombination() {
        HostPattern pattern = HostPattern.parse("*.s3.*.c");
        assertEquals(List.of("x.s3.x.c", "x.s3.y.c", "y.s3.x.c", "y.s3.y.c"), pattern.with(List.of("x", "y")));
        assertEquals("*.s3.*.c", pattern.toString());
        assertFalse(pattern.isName());
        assertTrue(HostPattern.parse("a.b").isName());
    }
}
