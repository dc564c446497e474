package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;

/**
 * Writes the canonical URI, the second line of the canonical request.
 *
 * <p>A path that is encoded only once is taken as it is, since it had to be encoded to be sent; only bytes that cannot
 * stand in a request target at all (a space, UTF-8) are escaped, for callers that sign what was never sent.
 */
final class CanonicalPath {
    private CanonicalPath() {}

    static void write(String path, PathStyle style, ByteText to) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        boolean[] kept = style.doubleEncode() ? PercentEncoding.UNRESERVED : PercentEncoding.LEGAL_IN_PATH;
        if (style.normalize()) {
            writeNormalized(bytes, kept, to);
            return;
        }
        int start = 0;
        while (start < bytes.length) {
            int end = segmentEnd(bytes, start + 1);
            to.append('/');
            PercentEncoding.encode(bytes, start + 1, end, kept, to);
            start = end;
        }
    }

    /**
     * A path that ends in a dot segment loses its last slash ({@code /a/.} is {@code /a}), which RFC 3986 would keep;
     * the signers of AWS agree on it.
     */
    private static void writeNormalized(byte[] bytes, boolean[] kept, ByteText to) {
        int origin = to.length();
        int start = 0;
        while (start < bytes.length) {
            int end = segmentEnd(bytes, start + 1);
            int length = end - start - 1;
            if (length == 2 && bytes[start + 1] == '.' && bytes[start + 2] == '.') {
                dropSegment(to, origin);
            } else if (length > 1 || (length == 1 && bytes[start + 1] != '.')) {
                to.append('/');
                PercentEncoding.encode(bytes, start + 1, end, kept, to);
            }
            start = end;
        }
        if (to.length() == origin || bytes[bytes.length - 1] == '/') {
            to.append('/');
        }
    }

    private static int segmentEnd(byte[] bytes, int start) {
        int end = start;
        while (end < bytes.length && bytes[end] != '/') {
            end++;
        }
        return end;
    }

    private static void dropSegment(ByteText to, int origin) {
        int length = to.length();
        while (length > origin && to.bytes()[--length] != '/') {
            // back to the slash before the last segment, which goes as well
        }
        to.setLength(length);
    }
}
