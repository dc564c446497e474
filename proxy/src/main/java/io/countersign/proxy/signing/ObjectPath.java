package io.countersign.proxy.signing;

/**
 * The path of an S3 object in the one form that S3 itself computes: it decodes the key and encodes it anew before it compares
 * signatures, so any other spelling of the same key, though legal, is answered {@code SignatureDoesNotMatch}.
 *
 * <p>Letters, digits, {@code -._~} and {@code /} stand for themselves, every other byte is {@code %XX} in upper case.
 * {@code +} is a plus: S3 would read a bare one as a space. {@code %2F} is the slash it stands for, since S3 knows no other.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html">Signature Calculations for the
 *     Authorization Header: UriEncode</a>
 */
final class ObjectPath {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private ObjectPath() {}

    /** @param path beginning with {@code /}, every {@code %} followed by two hex digits */
    static String canonical(String path) {
        int i = 0;
        while (i < path.length() && isKept(path.charAt(i))) {
            i++;
        }
        if (i == path.length()) {
            return path;
        }
        StringBuilder out = new StringBuilder(path.length() + 32).append(path, 0, i);
        for (; i < path.length(); i++) {
            int value = path.charAt(i);
            if (value == '%') {
                value = Character.digit(path.charAt(i + 1), 16) << 4 | Character.digit(path.charAt(i + 2), 16);
                i += 2;
            }
            if (isKept(value)) {
                out.append((char) value);
            } else {
                out.append('%').append(HEX[value >> 4 & 15]).append(HEX[value & 15]);
            }
        }
        return out.toString();
    }

    private static boolean isKept(int value) {
        return value == '/' || WireTarget.isUnreserved(value);
    }
}
