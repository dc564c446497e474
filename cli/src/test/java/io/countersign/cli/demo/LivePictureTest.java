package io.countersign.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.control.StatsSnapshot;
import io.countersign.standin.stats.Counter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LivePictureTest {
    private static final String LONG = "words that go on and on ".repeat(20);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final LogTail log = LogTail.attach();
    private final LivePicture picture = new LivePicture(new PrintStream(bytes, true, StandardCharsets.UTF_8), log);
    private final Story story =
            new Story(List.of(new Scene("a scene", LONG, 9, Scene.NOTHING, Scene.NOTHING)), () -> true);

    @AfterEach
    void detach() {
        log.close();
    }

    private String drawn() {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }

    private static Board board(int second, long verified) {
        return new Board(
                second,
                new StatsSnapshot(
                        Map.of("ExpiredTokenException", 7L),
                        Map.of(),
                        Map.of(Counter.VERIFIED, verified),
                        50,
                        50,
                        1,
                        0,
                        0,
                        0,
                        0),
                List.of(new Sender.Count("node-1", 12, 9, 3, 0)),
                4,
                5);
    }

    @Test
    void drawsInPlaceWithinTheWidthOfATerminal() throws IOException {
        picture.introduce(List.of("hello"));
        assertTrue(drawn().startsWith("hello\n"));
        story.tick(100);
        LoggerFactory.getLogger("demo").warn("a line of the log\nthat is broken {}", LONG);
        picture.show(board(1, 10), story);
        String first = drawn();
        long lines = first.chars().filter(each -> each == '\n').count();
        assertTrue(lines <= 23, first);
        picture.show(board(2, 30), story);
        String second = drawn();
        assertTrue(second.startsWith("\033[" + lines + "A\r\033[J"), second);
        for (String line : second.lines().toList()) {
            assertTrue(line.replaceAll("\033\\[[0-9;?]*[A-Za-z]|\r", "").length() < 80, line);
        }
        assertTrue(second.contains("30 signatures verified") && second.contains("7 ExpiredTokenException"), second);
        assertTrue(second.contains("a line of the log that is broken"), second);
        assertTrue(second.contains("▶ a scene"), second);
    }

    @Test
    void leavesTheCursorVisible() {
        picture.introduce(List.of());
        assertTrue(drawn().endsWith("\033[?25l"));
        picture.close();
        assertEquals("\033[?25h", drawn());
    }

    @Test
    void theLogIsPrintedAgainAfterIt() {
        ch.qos.logback.classic.Logger root =
                (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        assertFalse(root.getAppender("application") != null);
        log.close();
        assertTrue(root.getAppender("application") != null);
    }
}
