package io.countersign.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.countersign.proxy.config.ConfigFault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StandingRefusalTest {
    private static final ConfigFault FAULT = new ConfigFault("countersign.conf:3 (routes.a)", "is wrong");
    private static final String FIRST =
            "configuration still not taken, since 2026-11-27T05:00:00Z; the one before is in force; its fault:";

    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger(StandingRefusal.class);
    private final MovedClock clock = new MovedClock();
    private final StandingRefusal refusal = new StandingRefusal(clock);

    @BeforeEach
    void listen() {
        said.start();
        log.addAppender(said);
    }

    @AfterEach
    void stop() {
        log.detachAppender(said);
    }

    private List<String> lines() {
        return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private void pass(Duration time) {
        clock.now = clock.now.plus(time);
        refusal.repeat();
    }

    @Test
    void saysItAgainEachFiveMinutesUntilOneIsTaken() {
        refusal.repeat();
        refusal.refused(List.of(FAULT));
        pass(Duration.ofSeconds(299));
        assertEquals(List.of(), lines());
        pass(Duration.ofSeconds(1));
        assertEquals(List.of(FIRST, "configuration still not taken: " + FAULT), lines());
        pass(Duration.ofSeconds(299));
        assertEquals(2, lines().size());
        pass(Duration.ofSeconds(1));
        assertEquals(4, lines().size());
        refusal.taken();
        pass(Duration.ofHours(1));
        assertEquals(4, lines().size());
    }

    /** The newest is what counts; for how long none was taken, the first one says. */
    @Test
    void anotherFaultyOneIsSaidInItsPlace() {
        refusal.refused(List.of(FAULT));
        clock.now = clock.now.plus(Duration.ofMinutes(4));
        refusal.refused(IntStream.range(0, 12)
                .mapToObj(i -> new ConfigFault("countersign.conf:" + i, "is wrong"))
                .toList());
        pass(Duration.ofMinutes(4));
        assertEquals(List.of(), lines());
        pass(Duration.ofMinutes(1));
        assertEquals(11, lines().size());
        assertEquals(FIRST.replace("its fault:", "its 12 faults:"), lines().get(0));
    }

    private static final class MovedClock extends Clock {
        private Instant now = Instant.parse("2026-11-27T05:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
