package io.countersign.gateway.calls.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.calls.Exchanges;
import io.countersign.proxy.exchange.ExchangeRecord;
import io.countersign.testing.Await;
import io.countersign.testing.TestJvm;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes, begins files and compresses them. */
@Timeout(60)
class CallLogKilledTest {
    private static final int ENOUGH = 2000;

    @TempDir
    Path folder;

    @Test
    void leavesAllThatItHadWrittenReadable() throws Exception {
        Process process = new ProcessBuilder(command()).inheritIO().start();
        try {
            Await.until(
                    "it has written " + ENOUGH,
                    () -> CallLogTest.numbers(folder).size() >= ENOUGH);
        } finally {
            process.destroyForcibly().waitFor();
        }
        List<Long> numbers = CallLogTest.numbers(folder);
        long last = numbers.get(0);
        assertTrue(last >= ENOUGH - 1, () -> "the last is " + last);
        assertEquals(last + 1, numbers.size(), "none is missing before the last");
        for (int i = 0; i < numbers.size(); i++) {
            assertEquals(last - i, numbers.get(i));
        }
    }

    private List<String> command() {
        List<String> command = TestJvm.command(CallLogKilledTest.class.getName());
        command.add(folder.toString());
        return command;
    }

    /** Writes until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        ExchangeRecord call = Exchanges.allowed(Exchanges.from("10.0.0.1"), "/a", 200);
        CallLog log = CallLog.open(
                new CallFiles(Path.of(arguments[0])), new CallsBounds(Duration.ofDays(1), 8 << 20), Clock.systemUTC());
        for (int i = 0; ; i++) {
            log.offer(i, call, 1);
            if (i % 5 == 0) {
                Thread.sleep(1);
            }
        }
    }
}
