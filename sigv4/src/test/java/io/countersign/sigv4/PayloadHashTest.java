package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PayloadHashTest {
    private final PayloadHash hash = new PayloadHash();

    @Test
    void hashOfNothingIsTheConstant() {
        assertEquals(PayloadHash.EMPTY, hash.hex());
        assertEquals(PayloadHash.EMPTY, hash.hex());
    }

    @Test
    void forgetsWhatWasFedBeforeAReset() {
        hash.update(new byte[] {1, 2, 3}, 0, 3);
        hash.reset();

        assertEquals(PayloadHash.EMPTY, hash.hex());
    }

    @Test
    void chunksOfAnyKindHashAsTheWhole() throws Exception {
        RandomGenerator random = Seed.random(getClass());
        for (int i = 0; i < 500; i++) {
            byte[] body = new byte[random.nextInt(20_000)];
            random.nextBytes(body);
            int at = 0;
            while (at < body.length) {
                int length = Math.min(body.length - at, random.nextInt(random.nextBoolean() ? 100 : 10_000));
                feed(body, at, length, random.nextInt(4));
                at += length;
            }

            byte[] whole = MessageDigest.getInstance("SHA-256").digest(body);
            assertEquals(HexFormat.of().formatHex(whole), hash.hex());
        }
    }

    private void feed(byte[] body, int at, int length, int kind) {
        if (kind == 0) {
            hash.update(body, at, length);
            return;
        }
        ByteBuffer chunk = ByteBuffer.wrap(body, at, length);
        if (kind == 1) {
            chunk = chunk.slice().asReadOnlyBuffer();
        } else if (kind == 2) {
            // As of a network buffer: with something before and after what counts.
            ByteBuffer direct = ByteBuffer.allocateDirect(length + 7);
            direct.position(3).limit(3 + length);
            direct.put(chunk).position(3);
            chunk = direct;
        }
        hash.update(chunk);
        assertEquals(0, chunk.remaining());
    }
}
