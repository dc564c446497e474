package io.countersign.proxy.wire;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The names that nearly all fields have, so that not every message makes the same strings again. */
final class FieldNames {
    private static final int SLOTS = 256;

    /** By {@link #slot}; of two in the same one, the first has it. */
    private static final String[] KNOWN = table(
            "Host",
            "Content-Type",
            "Content-Length",
            "Content-Encoding",
            "User-Agent",
            "Accept",
            "Accept-Encoding",
            "Connection",
            "Transfer-Encoding",
            "Authorization",
            "Expect",
            "Traceparent",
            "X-Scope-OrgID",
            "X-Prometheus-Remote-Write-Version",
            "Date",
            "Server",
            "Keep-Alive",
            "Cache-Control",
            "ETag",
            "Vary",
            "Via",
            "X-Amzn-RequestId",
            "X-Amzn-Trace-Id",
            "X-Amz-Apigw-Id",
            "X-Amz-Request-Id",
            "X-Amz-Id-2");

    private FieldNames() {}

    /** The name in {@code [from, to)}, which is not empty. */
    static String of(byte[] head, int from, int to) {
        String known = KNOWN[slot(head[from], head[to - 1], to - from)];
        return known != null && isAt(known, head, from, to)
                ? known
                : new String(head, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static int slot(int first, int last, int length) {
        return (31 * length + 7 * first + last) & (SLOTS - 1);
    }

    private static boolean isAt(String name, byte[] head, int from, int to) {
        if (name.length() != to - from) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != (head[from + i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    /** In the spelling given, and in lower case. */
    private static String[] table(String... names) {
        String[] table = new String[SLOTS];
        for (String name : names) {
            put(name, table);
            put(name.toLowerCase(Locale.ROOT), table);
        }
        return table;
    }

    private static void put(String name, String[] table) {
        int slot = slot(name.charAt(0), name.charAt(name.length() - 1), name.length());
        if (table[slot] == null) {
            table[slot] = name;
        }
    }
}
