package io.countersign.proxy.wire;

import io.netty.buffer.ByteBuf;

/**
 * What may stand behind a chunk's size (RFC 9112 section 7.1.1): {@code ;name} or {@code ;name=value}, any number of times.
 *
 * <p>Nobody uses them, and they are dropped; read strictly all the same, since another parser might see a line's end in what
 * is none.
 */
final class ChunkExtensions {
    private ChunkExtensions() {}

    /** Whether {@code [from, to)} is nothing but extensions. */
    static boolean areIn(ByteBuf in, int from, int to) {
        int at = from;
        while (at < to) {
            int name = in.getByte(at) == ';' ? skipBlanks(in, at + 1, to) : to;
            int nameEnd = skipToken(in, name, to);
            if (nameEnd == name) {
                return false;
            }
            at = skipBlanks(in, nameEnd, to);
            if (at < to && in.getByte(at) == '=') {
                int value = skipBlanks(in, at + 1, to);
                int valueEnd = value < to && in.getByte(value) == '"'
                        ? skipQuoted(in, value + 1, to)
                        : skipToken(in, value, to);
                if (valueEnd <= value) {
                    return false;
                }
                at = skipBlanks(in, valueEnd, to);
            }
        }
        return true;
    }

    private static int skipBlanks(ByteBuf in, int from, int to) {
        int at = from;
        while (at < to && (in.getByte(at) == ' ' || in.getByte(at) == '\t')) {
            at++;
        }
        return at;
    }

    private static int skipToken(ByteBuf in, int from, int to) {
        int at = from;
        while (at < to && ByteClass.isToken(in.getUnsignedByte(at))) {
            at++;
        }
        return at;
    }

    /** Behind the closing quote; -1 where there is none, for a quoted string cannot go past its line. */
    private static int skipQuoted(ByteBuf in, int from, int to) {
        for (int at = from; at < to; at++) {
            if (in.getByte(at) == '"') {
                return at + 1;
            }
            if (in.getByte(at) == '\\') {
                at++;
            }
        }
        return -1;
    }
}
