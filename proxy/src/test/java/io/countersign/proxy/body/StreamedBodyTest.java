package io.countersign.proxy.body;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.sigv4.PayloadHash;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** The queue between two sockets: its bounds, its order, and what it withholds. */
class StreamedBodyTest {
    /** Counts what it hears, and may fill the body again the moment there is room. */
    private static final class Filler implements StreamedBody.Feed {
        private int wanted;
        private int moved;
        private int sent;
        private Runnable whenWanted = () -> {};

        @Override
        public void wanted() {
            wanted++;
            whenWanted.run();
        }

        @Override
        public void moved() {
            moved++;
        }

        @Override
        public void sent() {
            sent++;
        }
    }

    private final Filler filler = new Filler();

    @Test
    void handsOutWhatCameInOrder() {
        StreamedBody body = StreamedBody.unchecked(10, "UNSIGNED-PAYLOAD", filler);
        add(body, "hello");
        assertTrue(end(body, "world"));
        assertEquals("helloworld", rest(body));
        assertTrue(body.isSent());
        assertEquals(1, filler.moved);
        assertEquals(1, filler.sent);
    }

    @Test
    void isSentOnceItsEndIsKnownThoughItsLengthWasNot() {
        StreamedBody body = StreamedBody.unchecked(-1, "UNSIGNED-PAYLOAD", filler);
        add(body, "hello");
        assertEquals("hello", rest(body));
        add(body, "");
        assertEquals("", rest(body), "an empty piece would look like an end");
        assertFalse(body.isSent());
        add(body, "x".repeat(16));
        assertTrue(end(body, ""));
        assertEquals("x".repeat(16), rest(body));
        assertTrue(body.isSent());
        assertEquals(1, filler.sent);
    }

    @Test
    void withholdsTheLastPieceOfAnotherBody() {
        StreamedBody body = StreamedBody.checked(10, hash("helloWorld"), filler);
        add(body, "hello");
        assertFalse(end(body, "world"));
        assertEquals("hello", rest(body));
        assertFalse(body.isSent());
        body.release();
    }

    @Test
    void knowsTheBodyThatWasAnnounced() {
        StreamedBody body = StreamedBody.checked(10, hash("helloworld"), filler);
        add(body, "hello");
        assertTrue(end(body, "world"));
        assertEquals("helloworld", rest(body));
    }

    @Test
    void isFullAtItsBoundAndWantsMoreOnceItIsLow() {
        StreamedBody body = StreamedBody.unchecked(1 << 20, "UNSIGNED-PAYLOAD", filler);
        for (int i = 0; i < 3; i++) {
            add(body, "x".repeat(16 * 1024));
            assertFalse(body.isFull());
        }
        add(body, "x".repeat(16 * 1024));
        assertTrue(body.isFull());
        body.next().release();
        body.next().release();
        assertTrue(body.isFull());
        body.next().release();
        assertFalse(body.isFull());
        assertEquals(1, filler.wanted);
        body.release();
    }

    @Test
    void isFullOfManySmallPieces() {
        StreamedBody body = StreamedBody.unchecked(1 << 20, "UNSIGNED-PAYLOAD", filler);
        int pieces = 0;
        while (!body.isFull()) {
            add(body, "x");
            pieces++;
        }
        assertEquals(64, pieces);
        body.release();
    }

    /** What comes while a piece is handed out must not be written before that piece. */
    @Test
    void keepsTheOrderWhenItIsFilledWithinTheTaking() {
        StreamedBody body = StreamedBody.unchecked(-1, "UNSIGNED-PAYLOAD", filler);
        add(body, "first" + "x".repeat(64 * 1024));
        assertTrue(body.isFull());
        boolean[] told = {false};
        body.sendTo(() -> told[0] = true);
        filler.whenWanted = () -> add(body, "second");
        String written = rest(body);
        assertFalse(told[0], "asked to take more while a piece was being taken");
        assertTrue(written.indexOf("first") < written.indexOf("second"), "order");
    }

    @Test
    void isIntactUntilItsFirstByteHasGone() {
        StreamedBody body = StreamedBody.unchecked(10, "UNSIGNED-PAYLOAD", filler);
        add(body, "hello");
        assertTrue(body.isIntact());
        body.sendTo(() -> {});
        body.next().release();
        assertFalse(body.isIntact());
        assertThrows(IllegalStateException.class, () -> body.sendTo(() -> {}));
        body.release();
    }

    @Test
    void dropsWhatComesAfterItsRelease() {
        StreamedBody body = StreamedBody.unchecked(10, "UNSIGNED-PAYLOAD", filler);
        add(body, "x".repeat(2000));
        body.release();
        body.release();
        add(body, "x".repeat(2000));
        assertNull(body.next());
        assertFalse(body.isSent());
    }

    /** A slice would keep its read buffer, which is direct memory, however little of it the slice is. */
    @Test
    void keepsNoReadBufferAliveAndHoldsHeapAlone() {
        StreamedBody body = StreamedBody.unchecked(100_000, "UNSIGNED-PAYLOAD", filler);
        ByteBuf read = io.netty.buffer.ByteBufAllocator.DEFAULT.directBuffer(64 * 1024);
        read.writeZero(64 * 1024);
        body.add(read.slice(0, 1100));
        body.add(read.slice(1100, 60_000));
        assertEquals(1, read.refCnt());
        read.release();
        for (int expected : new int[] {1100, 60_000}) {
            ByteBuf piece = body.next();
            assertTrue(piece.hasArray(), "direct memory, which the budget does not count");
            assertEquals(expected, piece.readableBytes());
            assertEquals(expected, piece.capacity());
            piece.release();
        }
        body.release();
    }

    @Test
    void aCollectedBodyCanBeSentAgain() {
        BodyCollector collector =
                new BodyCollector(io.netty.buffer.ByteBufAllocator.DEFAULT, new PayloadHash(), true, 5);
        ByteBuf piece = Unpooled.copiedBuffer("hello", ISO_8859_1);
        collector.add(piece);
        piece.release();
        CollectedBody body = collector.finish(null);
        assertEquals(hash("hello"), body.hash());
        for (int i = 0; i < 2; i++) {
            body.sendTo(() -> {});
            assertFalse(body.isSent());
            assertEquals("hello", rest(body));
            assertTrue(body.isSent());
        }
        body.release();
        assertFalse(body.isIntact());
        assertThrows(IllegalStateException.class, () -> body.sendTo(() -> {}));
    }

    private static void add(StreamedBody body, String bytes) {
        ByteBuf piece = Unpooled.copiedBuffer(bytes, ISO_8859_1);
        body.add(piece);
        piece.release();
    }

    private static boolean end(StreamedBody body, String bytes) {
        ByteBuf piece = Unpooled.copiedBuffer(bytes, ISO_8859_1);
        try {
            return body.end(piece);
        } finally {
            piece.release();
        }
    }

    private static String rest(RequestBody body) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf piece = body.next(); piece != null; piece = body.next()) {
            all.append(piece.toString(ISO_8859_1));
            piece.release();
        }
        return all.toString();
    }

    private static String hash(String body) {
        PayloadHash hash = new PayloadHash();
        byte[] bytes = body.getBytes(ISO_8859_1);
        hash.update(bytes, 0, bytes.length);
        return hash.hex();
    }
}
