package io.countersign.proxy.wire;

/** Classes of bytes (RFC 9110 section 5.6.2, RFC 5234 appendix B.1). */
final class ByteClass {
    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c = '0'; c <= 'z'; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c);
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private ByteClass() {}

    /** Whether it may stand in a method or a field name. */
    static boolean isToken(int octet) {
        return octet < 128 && TOKEN[octet];
    }

    /** Whether it is a control that no line may hold; CR and LF, which end one, included. */
    static boolean isControl(int octet) {
        return (octet < 0x20 && octet != '\t') || octet == 0x7f;
    }

    static int hexValue(int octet) {
        return octet < 128 ? Character.digit(octet, 16) : -1;
    }
}
