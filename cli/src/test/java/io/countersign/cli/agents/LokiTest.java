package io.countersign.cli.agents;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import io.countersign.standin.stats.Counter;
import io.countersign.testing.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** loki4j, Loki's appender for logback, pushes log lines at its defaults: batches of a thousand, two retries. */
@Timeout(300)
class LokiTest {
    private static final int BATCH = 1000;
    private static final Pattern LINE = Pattern.compile("line \\d+\\b");

    @TempDir
    Path folder;

    @Test
    void everyLineArrives() throws Exception {
        try (InProcess way = InProcess.start(folder)) {
            LoggerContext context = context(way.url("/loki/api/v1/push"));
            Logger logger = context.getLogger("test");
            log(logger, 0, BATCH);
            Await.until("a batch", () -> way.standIn().stats().get(Counter.LOKI_REQUESTS) == 1);

            way.standIn().faults().add("{\"throttleShare\": 1.0, \"count\": 2}");
            log(logger, BATCH, 2 * BATCH);
            Await.until("a batch after throttling", () -> way.standIn().stats().get(Counter.LOKI_REQUESTS) == 2);

            way.standIn().faults().add("{\"expiredToken\": true, \"count\": 2}");
            log(logger, 2 * BATCH, 3 * BATCH);
            Await.until("a batch after bad keys", () -> way.standIn().stats().get(Counter.LOKI_REQUESTS) == 3);

            // The rest is less than a batch: it goes out when the program ends.
            log(logger, 3 * BATCH, 3 * BATCH + 10);
            context.stop();
            Ledgers.assertEqual(lines(3 * BATCH + 10), arrived(way));
        }
    }

    private static LoggerContext context(String url) throws JoranException {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(new ByteArrayInputStream("""
                <configuration>
                  <appender name="LOKI" class="com.github.loki4j.logback.Loki4jAppender">
                    <http><url>%s</url></http>
                    <labels>app=test</labels>
                  </appender>
                  <root level="INFO"><appender-ref ref="LOKI"/></root>
                </configuration>
                """.formatted(url).getBytes(StandardCharsets.UTF_8)));
        return context;
    }

    private static void log(Logger logger, int from, int to) {
        for (int i = from; i < to; i++) {
            logger.info("line {}", i);
        }
    }

    private static Set<String> lines(int count) {
        return IntStream.range(0, count).mapToObj(i -> "line " + i).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> arrived(InProcess way) throws IOException {
        return way.ledger("loki-entries.log").stream()
                .map(LINE::matcher)
                .filter(Matcher::find)
                .map(Matcher::group)
                .toList();
    }
}
