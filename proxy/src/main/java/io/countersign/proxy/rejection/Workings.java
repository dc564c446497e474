package io.countersign.proxy.rejection;

/**
 * The canonical request and the string to sign that AWS computed, as it sends them back with some mismatches. They repeat
 * the session token, so they never print.
 *
 * @param canonicalRequest empty when not sent
 * @param stringToSign empty when not sent
 */
public record Workings(String canonicalRequest, String stringToSign) {
    public static final Workings NONE = new Workings("", "");

    /** API Gateway and the JSON services put both into the message, each between single quotes. */
    static Workings inMessage(String message) {
        return new Workings(
                quoted(message, "The Canonical String for this request should have been"),
                quoted(message, "The String-to-Sign should have been"));
    }

    private static String quoted(String message, String lead) {
        int start = message.indexOf(lead);
        int open = start < 0 ? -1 : message.indexOf('\'', start + lead.length());
        // What is quoted can hold a quote itself (a header's value), the next sentence can not: it ends at quote and
        // newline.
        int close = open < 0 ? -1 : message.indexOf("'\n", open + 1);
        if (open >= 0 && close < 0) {
            close = message.lastIndexOf('\'');
        }
        return close <= open ? "" : message.substring(open + 1, close);
    }

    @Override
    public String toString() {
        return "Workings[" + canonicalRequest.length() + " and " + stringToSign.length() + " characters, redacted]";
    }
}
