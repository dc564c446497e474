package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a response that is 2xx as a whole says of the items in its request: OTLP's partial success and OpenSearch's
 * {@code _bulk}. Never throws for bad input.
 */
public final class PartialSuccess {
    private static final Set<String> PARTIAL = Set.of("partialSuccess", "partial_success");
    /** Spans, data points, log records, profiles. */
    private static final String REJECTED = "rejected";

    private PartialSuccess() {}

    /** The forms in which responses say so. */
    public enum Form {
        OTLP,
        BULK
    }

    /** How many items were taken and how many not, as far as the response says; 0 also for what it does not say. */
    public record Items(long accepted, long refused) {
        public static final Items NONE = new Items(0, 0);
    }

    /** The form that the response to a request with this path can have. */
    public static Optional<Form> form(String path) {
        if (path.endsWith("/v1/traces")
                || path.endsWith("/v1/metrics")
                || path.endsWith("/v1/logs")
                || path.endsWith("/v1development/profiles")) {
            return Optional.of(Form.OTLP);
        }
        return path.endsWith("/_bulk") ? Optional.of(Form.BULK) : Optional.empty();
    }

    /**
     * Reads a response.
     *
     * @param contentType may be null
     * @param body all of it, without a coding
     */
    public static Items of(Form form, String contentType, byte[] body) {
        if (form == Form.BULK) {
            return bulk(new String(body, UTF_8));
        }
        boolean json =
                contentType != null && contentType.toLowerCase(Locale.ROOT).contains("json");
        return json ? otlp(new String(body, UTF_8)) : otlp(body);
    }

    private static Items otlp(String json) {
        long[] refused = new long[1];
        boolean whole = JsonWalk.through(json, (path, depth, text) -> {
            if (depth == 2 && PARTIAL.contains(path[0]) && path[1].startsWith(REJECTED)) {
                // A 64-bit number is a string in protobuf's JSON.
                refused[0] = number(text);
            }
        });
        return whole ? new Items(0, refused[0]) : Items.NONE;
    }

    private static Items bulk(String json) {
        long[] items = new long[2];
        boolean whole = JsonWalk.through(json, (path, depth, text) -> {
            if (depth == 4 && path[0].equals("items") && path[3].equals("status")) {
                long status = number(text);
                items[status >= 200 && status < 300 ? 0 : 1]++;
            }
        });
        return whole ? new Items(items[0], items[1]) : Items.NONE;
    }

    /** 0 for what is none, or negative. */
    public static long number(String text) {
        return text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
    }

    /** An Export...ServiceResponse: field 1 is the partial success, of which field 1 is how many were rejected. */
    private static Items otlp(byte[] message) {
        try {
            ByteBuffer in = ByteBuffer.wrap(message);
            long refused = 0;
            while (in.hasRemaining()) {
                long tag = ProtobufStatus.varint(in);
                if (tag == (1 << 3 | 2)) {
                    refused = rejected(ByteBuffer.wrap(ProtobufStatus.bytes(in)));
                } else {
                    skip(in, tag);
                }
            }
            return new Items(0, Math.max(0, refused));
        } catch (BufferUnderflowException notProtobuf) {
            return Items.NONE;
        }
    }

    private static long rejected(ByteBuffer in) {
        long rejected = 0;
        while (in.hasRemaining()) {
            long tag = ProtobufStatus.varint(in);
            if (tag == 1 << 3) {
                rejected = ProtobufStatus.varint(in);
            } else {
                skip(in, tag);
            }
        }
        return rejected;
    }

    private static void skip(ByteBuffer in, long tag) {
        switch ((int) (tag & 7)) {
            case 0 -> ProtobufStatus.varint(in);
            case 1 -> in.getLong();
            case 2 -> ProtobufStatus.bytes(in);
            case 5 -> in.getInt();
            default -> throw new BufferUnderflowException();
        }
    }
}
