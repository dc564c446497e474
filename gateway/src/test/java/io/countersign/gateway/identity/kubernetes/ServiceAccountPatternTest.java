package io.countersign.gateway.identity.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAccountPatternTest {
    private static ServiceAccount account(String text) {
        int slash = text.indexOf('/');
        return new ServiceAccount(text.substring(0, slash), text.substring(slash + 1));
    }

    @ParameterizedTest
    @CsvSource({
        "payments/agent, payments/agent, true",
        "payments/agent, payments/agent2, false",
        "payments/agent, payments2/agent, false",
        "payments/*, payments/agent, true",
        "payments/*, payments-dev/agent, false",
        "payments/agent-*, payments/agent-1, true",
        "payments/agent-*, payments/agent, false"
    })
    void matchesWholeNamespacesAndNamesByTheirBeginning(String pattern, String account, boolean matches) {
        assertEquals(matches, ServiceAccountPattern.parse(pattern).matches(account(account)));
        assertEquals(pattern, ServiceAccountPattern.parse(pattern).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "payments",
                "payments/",
                "*/agent",
                "pay*/agent",
                "payments/a*b",
                "payments/**",
                "Payments/a",
                "a/b/c"
            })
    void refusesOtherForms(String text) {
        assertThrows(IllegalArgumentException.class, () -> ServiceAccountPattern.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "a/x, a/x, true",
        "a/x, a/y, false",
        "a/x, b/x, false",
        "a/*, a/x, true",
        "a/x-*, a/x-1, true",
        "a/x-*, a/x, false",
        "a/x-*, a/x-y-*, true",
        "a/x-*, a/y-*, false"
    })
    void knowsWhichOverlap(String one, String other, boolean overlap) {
        ServiceAccountPattern left = ServiceAccountPattern.parse(one);
        ServiceAccountPattern right = ServiceAccountPattern.parse(other);
        assertEquals(overlap, left.overlaps(right));
        assertEquals(overlap, right.overlaps(left));
    }
}
