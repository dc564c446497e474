package io.countersign.proxy.testing;

/** Well-formed requests, so that a test spells out only the bytes it is about. */
public final class Requests {
    private Requests() {}

    /** @param fields whole field lines, without line ends */
    public static String get(String target, String... fields) {
        return head("GET " + target + " HTTP/1.1", fields);
    }

    /** The idempotent write: what a POST may not, it may do twice. */
    public static String put(String target, String body, String... fields) {
        return post(target, body, fields).replaceFirst("POST", "PUT");
    }

    public static String post(String target, String body, String... fields) {
        return head("POST " + target + " HTTP/1.1\r\nContent-Length: " + body.length(), fields) + body;
    }

    public static String head(String startLine, String... fields) {
        StringBuilder head = new StringBuilder(startLine).append("\r\nHost: 127.0.0.1\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString();
    }
}
