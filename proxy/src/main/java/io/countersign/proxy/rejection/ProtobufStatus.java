package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The message of a {@code google.rpc.Status} in protobuf, which OTLP prescribes as the body of every 4xx and 5xx ("Failures"
 * in its specification) and CloudWatch's OTLP endpoints send. Never throws for bad input.
 */
final class ProtobufStatus {
    private static final int CODE = 1 << 3;
    private static final int MESSAGE = 2 << 3 | 2;
    private static final int DETAILS = 3 << 3 | 2;

    private ProtobufStatus() {}

    /** Empty unless the body is one whole Status with a message; no text begins with the bytes that one begins with. */
    static Optional<String> message(byte[] body) {
        if (body.length == 0 || (body[0] != CODE && body[0] != MESSAGE)) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(body);
        Optional<String> message = Optional.empty();
        try {
            while (in.hasRemaining()) {
                switch (in.get()) {
                    case CODE -> varint(in);
                    case MESSAGE -> message = Optional.of(new String(bytes(in), UTF_8));
                    case DETAILS -> bytes(in);
                    default -> {
                        return Optional.empty();
                    }
                }
            }
        } catch (BufferUnderflowException cutShort) {
            return Optional.empty();
        }
        return message;
    }

    private static byte[] bytes(ByteBuffer in) {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return bytes;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new BufferUnderflowException();
    }
}
