package io.countersign.proxy.exchange;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/**
 * Reads the field of a request by which tracing systems find it again (W3C Trace Context, section 3.2). It passes on as it came,
 * whatever it holds.
 */
final class TraceParent {
    private static final String NAME = "traceparent";

    private static final int TRACE_ID = 3;
    private static final int PARENT_ID = 36;
    private static final int FLAGS = 53;
    private static final int LENGTH = 55;

    private TraceParent() {}

    /** 32 hex digits; empty where the field is missing, malformed, or there twice. */
    static Optional<String> traceId(HttpHeaders fields) {
        String value = fields.get(NAME);
        if (value == null) {
            return Optional.empty();
        }
        List<String> all = fields.getAll(NAME);
        return all.size() == 1 && isSound(value)
                ? Optional.of(value.substring(TRACE_ID, PARENT_ID - 1))
                : Optional.empty();
    }

    /** A version after 00 may add to it; ff is none. */
    private static boolean isSound(String value) {
        if (value.length() < LENGTH) {
            return false;
        }
        boolean known = value.startsWith("00");
        return isHex(value, 0, 2)
                && !value.startsWith("ff")
                && value.charAt(2) == '-'
                && isId(value, TRACE_ID, PARENT_ID - 1)
                && value.charAt(PARENT_ID - 1) == '-'
                && isId(value, PARENT_ID, FLAGS - 1)
                && value.charAt(FLAGS - 1) == '-'
                && isHex(value, FLAGS, LENGTH)
                && (value.length() == LENGTH || (!known && value.charAt(LENGTH) == '-'));
    }

    /** All zeros is no id. */
    private static boolean isId(String value, int from, int to) {
        for (int i = from; i < to; i++) {
            if (value.charAt(i) != '0') {
                return isHex(value, from, to);
            }
        }
        return false;
    }

    private static boolean isHex(String value, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = value.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }
}
