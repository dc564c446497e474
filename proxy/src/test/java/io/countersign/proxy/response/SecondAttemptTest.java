package io.countersign.proxy.response;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.upstream.UpstreamFault;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of a second attempt, one by one. */
class SecondAttemptTest {
    private static final String CREDENTIALS = "those that were used";

    private final RouteHealth health = new RouteHealth(Clock.systemUTC());

    @ParameterizedTest
    @CsvSource({
        // pooled, idempotent, replay-safe, resend
        "true,  true,  false, true",
        "true,  false, false, false",
        "true,  false, true,  true",
        "true,  true,  true,  true",
        "false, true,  false, false",
        "false, false, true,  true",
        "false, true,  true,  true",
        "false, false, false, false",
    })
    void aBrokenConnection(boolean pooled, boolean idempotent, boolean replaySafe, boolean resend) {
        SecondAttempt second = attempt(new SecondAttempt.Harm(idempotent, replaySafe, true), 1, true);
        assertEquals(resend, second.afterBreak(UpstreamFault.Kind.CONNECTION_TERMINATED, pooled));
    }

    @ParameterizedTest
    @EnumSource(value = UpstreamFault.Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "CONNECTION_TERMINATED")
    void noOtherFaultOfAnUpstream(UpstreamFault.Kind fault) {
        SecondAttempt second = attempt(new SecondAttempt.Harm(true, true, false), 1, true);
        assertFalse(second.afterBreak(fault, true));
    }

    @ParameterizedTest
    @CsvSource({
        // hosts applications, idempotent, resend
        "true,  true,  true",
        "true,  false, false",
        "false, true,  true",
        "false, false, true",
    })
    void aRejection(boolean applications, boolean idempotent, boolean resend) {
        SecondAttempt second = attempt(new SecondAttempt.Harm(idempotent, false, applications), 1, true);
        assertEquals(resend, second.afterRejection(CREDENTIALS));
    }

    @ParameterizedTest
    @CsvSource({
        // attempts, body is intact, resend
        "1, true,  true",
        "1, false, false",
        "2, true,  false",
        "3, true,  false",
    })
    void twoAttemptsAtMostAndOnlyWithTheWholeBody(int attempts, boolean intact, boolean resend) {
        SecondAttempt second = attempt(new SecondAttempt.Harm(true, true, false), attempts, intact);
        assertEquals(resend, second.afterRejection(CREDENTIALS));
        assertEquals(resend, second.afterBreak(UpstreamFault.Kind.CONNECTION_TERMINATED, true));
    }

    @Test
    void noneAfterARejectionWhileARemedyHasFailedWithTheseCredentials() {
        SecondAttempt second = attempt(new SecondAttempt.Harm(true, true, false), 1, true);
        health.remedyFailed("expired_token", CREDENTIALS);
        assertFalse(second.afterRejection(CREDENTIALS));
        assertTrue(second.afterRejection("others"));
        var unused = health.accepted();
        assertTrue(second.afterRejection(CREDENTIALS));
    }

    private SecondAttempt attempt(SecondAttempt.Harm harm, int attempts, boolean intact) {
        return new SecondAttempt(harm, () -> attempts, () -> intact, health);
    }
}
