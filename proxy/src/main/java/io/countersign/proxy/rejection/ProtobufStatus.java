package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Code and message of a {@code google.rpc.Status} in protobuf, which OTLP prescribes as the body of every 4xx and 5xx ("Failures"
 * in its specification) and CloudWatch's OTLP endpoints send. Never throws for bad input.
 */
record ProtobufStatus(long code, String message) {
    private static final int CODE = 1 << 3;
    private static final int MESSAGE = (2 << 3) | 2;
    private static final int DETAILS = (3 << 3) | 2;

    /** Empty unless the body is one whole Status with a message; no text begins with the bytes that one begins with. */
    static Optional<ProtobufStatus> of(byte[] body) {
        if (body.length == 0 || (body[0] != CODE && body[0] != MESSAGE)) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(body);
        long code = 0;
        Optional<String> message = Optional.empty();
        try {
            while (in.hasRemaining()) {
                switch (in.get()) {
                    case CODE -> code = varint(in);
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
        long received = code;
        return message.map(text -> new ProtobufStatus(received, text));
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (code != 0) {
            out.write(CODE);
            write(out, code);
        }
        byte[] text = message.getBytes(UTF_8);
        out.write(MESSAGE);
        write(out, text.length);
        out.writeBytes(text);
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, long varint) {
        long left = varint;
        while ((left & ~0x7fL) != 0) {
            out.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    static byte[] bytes(ByteBuffer in) {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return bytes;
    }

    static long varint(ByteBuffer in) {
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
