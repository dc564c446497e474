package io.countersign.proxy.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** A close frame of our own (RFC 6455 section 5.5.1). */
final class CloseFrame {
    private static final int FIN_CLOSE = 0x88;
    private static final int MASKED = 0x80;

    private CloseFrame() {}

    /**
     * A whole frame, <em>returned owned</em>.
     *
     * @param reason ASCII, 123 characters at most
     * @param masked as a client's frames have to be (section 5.3). The key need not be hard to guess here: no page chose this payload
     */
    static ByteBuf of(int code, String reason, boolean masked) {
        byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, text.length);
        ByteBuf frame = Unpooled.buffer(6 + payload.length);
        frame.writeByte(FIN_CLOSE).writeByte(payload.length | (masked ? MASKED : 0));
        if (masked) {
            byte[] key = new byte[4];
            ThreadLocalRandom.current().nextBytes(key);
            frame.writeBytes(key);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= key[i % 4];
            }
        }
        return frame.writeBytes(payload);
    }
}
