package io.countersign.gateway.calls.log;

/** Finds bytes among others. */
final class Bytes {
    private Bytes() {}

    /** Where {@code wanted} first begins between {@code from} and {@code to}; -1 where it does not. */
    static int indexOf(byte[] text, int from, int to, byte[] wanted) {
        int last = to - wanted.length;
        for (int at = from; at <= last; at++) {
            if (isAt(text, at, wanted)) {
                return at;
            }
        }
        return -1;
    }

    /** From the end: the second quote of a name tells most members apart, the first does not. */
    private static boolean isAt(byte[] text, int at, byte[] wanted) {
        for (int i = wanted.length - 1; i >= 0; i--) {
            if (text[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
