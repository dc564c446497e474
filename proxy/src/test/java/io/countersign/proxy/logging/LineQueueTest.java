package io.countersign.proxy.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LineQueueTest {
    @Test
    void writesLinesInOrderAndFlushesOnClose() throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LineQueue queue = new LineQueue("test", out);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            queue.offer("line " + i + " \u00fc");
            expected.append("line ").append(i).append(" \u00fc\n");
        }
        queue.close(10, TimeUnit.SECONDS);
        assertEquals(expected.toString(), out.toString(StandardCharsets.UTF_8));
        assertEquals(0, queue.dropped());
    }

    @Test
    void countsWhatFindsNoPlaceWhileTheStreamIsStuck() throws InterruptedException {
        StuckStream stream = new StuckStream();
        LineQueue queue = new LineQueue("test", stream);
        queue.offer("first");
        assertTrue(stream.stuck.await(10, TimeUnit.SECONDS));
        for (int i = 0; i < LineQueue.MOST_LINES; i++) {
            queue.offer("x");
        }
        assertEquals(0, queue.dropped());
        queue.offer("one too many");
        queue.offer("another");
        assertEquals(2, queue.dropped());
        stream.release.countDown();
        queue.close(10, TimeUnit.SECONDS);
        assertEquals(
                LineQueue.MOST_LINES + 1,
                stream.taken.toString(StandardCharsets.UTF_8).lines().count());
    }

    @Test
    void isBoundedInCharactersToo() throws InterruptedException {
        StuckStream stream = new StuckStream();
        LineQueue queue = new LineQueue("test", stream);
        queue.offer("first");
        assertTrue(stream.stuck.await(10, TimeUnit.SECONDS));
        String large = "x".repeat((int) (LineQueue.MOST_CHARACTERS / 4));
        for (int i = 0; i < 4; i++) {
            queue.offer(large);
        }
        assertEquals(0, queue.dropped());
        queue.offer("y");
        assertEquals(1, queue.dropped());
        stream.release.countDown();
        queue.close(10, TimeUnit.SECONDS);
        assertFalse(stream.taken.toString(StandardCharsets.UTF_8).contains("y"));
    }

    @Test
    void closeGivesUpOnAStuckStream() throws InterruptedException {
        StuckStream stream = new StuckStream();
        LineQueue queue = new LineQueue("test", stream);
        queue.offer("first");
        assertTrue(stream.stuck.await(10, TimeUnit.SECONDS));
        queue.close(1, TimeUnit.MILLISECONDS);
        queue.offer("late");
        assertEquals(1, queue.dropped());
        stream.release.countDown();
    }

    @Test
    void countsLinesThatCouldNotBeWritten() throws InterruptedException {
        LineQueue queue = new LineQueue("test", new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException("Broken pipe");
            }
        });
        queue.offer("a");
        queue.offer("b");
        queue.close(10, TimeUnit.SECONDS);
        assertEquals(2, queue.dropped());
    }

    /** Takes nothing until it is released. */
    private static final class StuckStream extends OutputStream {
        final CountDownLatch stuck = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        @Override
        public void write(int octet) {
            throw new UnsupportedOperationException("lines are written whole");
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            stuck.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            taken.write(bytes);
        }
    }
}
