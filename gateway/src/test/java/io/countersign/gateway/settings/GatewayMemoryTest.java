package io.countersign.gateway.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.countersign.proxy.limit.Aside;
import org.junit.jupiter.api.Test;

/** What other limits leave to the gateway. */
class GatewayMemoryTest {
    private static final long MIB = 1 << 20;

    private static Aside aside(String settings) {
        return new GatewaySettings().aside(ConfigFactory.parseString(settings).root());
    }

    @Test
    void aGatewayWithoutAConsoleTakesNothing() {
        assertEquals(Aside.NONE, aside("routes {}"));
    }

    @Test
    void aConsoleTakesWhatItsConnectionsAnswersAndCallsCanTake() {
        Aside usual = aside("console { bind = \"127.0.0.1:1\" }");
        assertTrue(usual.heap() > 8 * MIB && usual.heap() < 16 * MIB, usual::toString);
        assertTrue(usual.direct() > 2 * MIB && usual.direct() < 8 * MIB, usual::toString);
        Aside many = aside("calls.keep = 10000, console {}");
        assertEquals(9000 * 2048, many.heap() - usual.heap());
        Aside tls = aside("console.tls {}");
        assertTrue(tls.heap() > usual.heap() && tls.direct() > usual.direct(), tls::toString);
    }

    @Test
    void soDoKnownTokensAndCallersWhoWait() {
        assertTrue(aside("identity.kubernetes {}").heap() > 4 * MIB);
        assertEquals(
                10_000 * 1024,
                aside("state.dir = x, approval.max-pending = 10000").heap());
    }

    /** It is reported where it is read. */
    @Test
    void whatCanNotBeReadCountsAsUsual() {
        assertEquals(aside("console {}"), aside("console {}, calls.keep = many"));
    }
}
