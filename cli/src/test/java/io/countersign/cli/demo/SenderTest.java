package io.countersign.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.cli.demo.Sender.Outcome;
import io.countersign.testing.Await;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SenderTest {
    private final List<Long> tried = new CopyOnWriteArrayList<>();
    private Sender sender;

    @AfterEach
    void stop() throws InterruptedException {
        sender.stop();
    }

    @Test
    void keepsWhatFailsAndSendsItAgainInOrder() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        sender = new Sender("a", round -> () -> {
            tried.add(round);
            int failed = failures.incrementAndGet();
            if (failed == 1) {
                throw new IOException("refused");
            }
            return failed <= 3 ? Outcome.KEPT : Outcome.ACCEPTED;
        });
        sender.start();
        Await.until("six attempts", () -> tried.size() >= 6);
        sender.finish();
        assertEquals(List.of(0L, 0L, 0L, 0L, 1L, 2L), tried.subList(0, 6));
        Await.until("everything sent", () -> sender.count().held() == 0);
        assertEquals(0, sender.count().lost());
        assertEquals(sender.count().made(), sender.count().accepted());
    }

    @Test
    void countsWhatIsDroppedAsLost() throws Exception {
        sender = new Sender("a", round -> () -> round == 0 ? Outcome.DROPPED : Outcome.ACCEPTED);
        sender.start();
        Await.until("something accepted", () -> sender.count().accepted() > 0);
        assertEquals(1, sender.count().lost());
    }

    @ParameterizedTest
    @CsvSource({
        "200,ACCEPTED",
        "204,ACCEPTED",
        "400,DROPPED",
        "403,DROPPED",
        "429,KEPT",
        "500,KEPT",
        "503,KEPT",
        "0,KEPT"
    })
    void anAgentDropsOnAClientError(int status, Outcome outcome) {
        sender = new Sender("a", round -> () -> Outcome.ACCEPTED);
        sender.start();
        assertEquals(outcome, Outcome.forAgent(status));
    }
}
