package io.countersign.proxy.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ForeignSignaturesTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(ForeignSignatures.class);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final ForeignSignatures foreign = new ForeignSignatures();

    @BeforeEach
    void listen() {
        said.start();
        logger.addAppender(said);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(said);
    }

    private List<String> lines() {
        return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void saysOnceForEachKeyThatItCountsForNothing() {
        foreign.note("AKIDEXAMPLE", "r");
        foreign.note("AKIDEXAMPLE", "r");
        foreign.note("AKIDEXAMPLE", "other");
        foreign.note("dummy", "r");
        assertEquals(2, lines().size(), lines()::toString);
        assertTrue(
                lines().get(0).contains("requests to route r come signed with access key id AKIDEXAMPLE:"),
                lines()::toString);
        assertTrue(lines().get(0).contains("not verified"), lines()::toString);
    }

    @Test
    void printsNothingThatMayBeASecretOrMoveTheCursor() {
        foreign.note("wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00", "r");
        foreign.note("a\u001b[2Jb", "r");
        assertTrue(lines().get(0).contains("an access key id of 40 characters"), lines()::toString);
        assertTrue(lines().get(1).contains("an access key id of 6 characters"), lines()::toString);
    }

    /** Callers choose the ids: neither the log nor the memory may grow with them. */
    @Test
    void isBoundedWhateverManyLoopsNote() {
        IntStream.range(0, 10_000).parallel().forEach(i -> foreign.note("KEY" + i % 500, "r"));
        assertEquals(101, lines().size());
        assertEquals(
                1,
                lines().stream()
                        .filter(line -> line.contains("further ones are not reported"))
                        .count());
        foreign.note("ANOTHER", "r");
        assertEquals(101, lines().size());
    }
}
