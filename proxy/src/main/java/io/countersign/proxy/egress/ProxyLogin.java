package io.countersign.proxy.egress;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/** User and password for a proxy. Never prints. */
public record ProxyLogin(String user, String password) {
    /** RFC 3986 section 3.2.1. */
    private static final Pattern USER_INFO = Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*");

    /**
     * Of the part of a URL before {@code @}, percent-encoded.
     *
     * @throws IllegalArgumentException with what is wrong; the text is not repeated
     */
    static ProxyLogin parse(String userInfo) {
        if (!USER_INFO.matcher(userInfo).matches()) {
            throw new IllegalArgumentException(
                    "is not a URL of a proxy: its user or password has characters that must be"
                            + " percent-encoded, such as %40 for @ and %20 for a space");
        }
        int colon = userInfo.indexOf(':');
        String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
        String password = colon < 0 ? "" : decoded(userInfo.substring(colon + 1));
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "has a colon in the user, which no proxy could tell from the end of the user"
                            + " (RFC 7617 section 2); use another user");
        }
        if ((user + password).chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("has a control character in user or password (RFC 7617 section 2)");
        }
        return new ProxyLogin(user, password);
    }

    private static String decoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%') {
                bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(text.charAt(i));
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "has a user or password that is not UTF-8 once its % codes are decoded", e);
        }
    }

    /** The value of {@code Proxy-Authorization} (RFC 7617 section 2), in UTF-8. */
    String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "ProxyLogin[redacted]";
    }
}
