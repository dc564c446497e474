package io.countersign.proxy.wire;

import java.util.List;

/** The methods that are forwarded. CONNECT and TRACE have no business here; others are not worth a caller's mistake. */
public final class Methods {
    /** In the order in which {@code Allow} lists them. */
    private static final List<String> SERVED = List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS");

    private Methods() {}

    public static boolean isServed(String method) {
        return SERVED.contains(method);
    }

    /** RFC 9110 section 9.2.1: it asks for nothing to be done. */
    public static boolean isSafe(String method) {
        return method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
    }

    /** RFC 9110 section 9.2.2: doing it twice is as good as doing it once. */
    public static boolean isIdempotent(String method) {
        return !method.equals("POST") && !method.equals("PATCH") && isServed(method);
    }

    /** All of them, as in {@code Allow}. */
    public static String text() {
        return String.join(", ", SERVED);
    }
}
