package io.countersign.proxy.body;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is held is what is reserved. */
class BodyCollectorTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

    @ParameterizedTest
    @ValueSource(ints = {1, 8191, 65535, 65536, 65537, 131073, 1_000_000})
    void allocatesTheLengthThatWasAnnouncedAndNoMore(int length) {
        BodyCollector collector = new BodyCollector(allocator, null, true, length);
        byte[] sent = collect(collector, length);
        assertEquals(length, allocator.metric().usedHeapMemory());
        assertArrayEquals(sent, finish(collector));
        assertEquals(0, allocator.metric().usedHeapMemory());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8192, 8193, 100_000, 1_000_000})
    void allocatesForUnknownLengthsNoMoreThanIsReservedAndSaysHowMuch(int length) {
        long reserved = 8192;
        BodyCollector collector = new BodyCollector(allocator, null, false, reserved);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        SplittableRandom random = new SplittableRandom(length);
        while (collector.length() < length) {
            byte[] piece = new byte[(int) Math.min(1 + random.nextInt(5000), length - collector.length())];
            random.nextBytes(piece);
            if (!collector.fits(piece.length)) {
                reserved = reserved == 8192 ? 256 * 1024 : 10 << 20;
                collector.reserve(reserved);
            }
            collector.add(Unpooled.wrappedBuffer(piece));
            sent.writeBytes(piece);
            assertTrue(allocator.metric().usedHeapMemory() <= reserved, "more held than reserved");
            assertEquals(allocator.metric().usedHeapMemory(), collector.held());
        }
        assertTrue(collector.held() <= Math.max(8192, 2L * length), "held " + collector.held());
        assertArrayEquals(sent.toByteArray(), finish(collector));
        assertEquals(0, allocator.metric().usedHeapMemory());
    }

    @Test
    void takesNothingBeyondWhatIsReserved() {
        BodyCollector collector = new BodyCollector(allocator, null, true, 10);
        collect(collector, 10);
        assertThrows(IllegalStateException.class, () -> collector.add(Unpooled.wrappedBuffer(new byte[1])));
        collector.discard();
        assertEquals(0, allocator.metric().usedHeapMemory());
    }

    private static byte[] collect(BodyCollector collector, int length) {
        byte[] all = new byte[length];
        SplittableRandom random = new SplittableRandom(length);
        random.nextBytes(all);
        for (int at = 0; at < length; ) {
            int n = Math.min(1 + random.nextInt(40_000), length - at);
            collector.add(Unpooled.wrappedBuffer(all, at, n));
            at += n;
        }
        return all;
    }

    private static byte[] finish(BodyCollector collector) {
        CollectedBody body = collector.finish("");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        body.sendTo(() -> {});
        for (ByteBuf piece = body.next(); piece != null; piece = body.next()) {
            byte[] bytes = new byte[piece.readableBytes()];
            piece.readBytes(bytes);
            all.writeBytes(bytes);
            piece.release();
        }
        body.release();
        return all.toByteArray();
    }
}
