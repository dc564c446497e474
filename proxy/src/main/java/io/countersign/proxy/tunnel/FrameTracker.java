package io.countersign.proxy.tunnel;

import io.netty.buffer.ByteBuf;

/**
 * Follows the frames of one direction (RFC 6455 section 5.2) by their headers: where one ends, and what a close frame says. Keeps a header
 * at most, and no payload.
 *
 * <p>Where a frame is malformed, nobody can say where the next one begins, so from then on nothing is followed. That frames of a fragmented
 * message follow each other properly is for the two ends to judge: it changes no frame's length. Confined to its loop.
 */
final class FrameTracker {
    private static final int MAX_HEADER = 14;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int CONTROL = 0x08;
    private static final int CLOSE = 0x08;
    private static final int MAX_CONTROL = 125;

    private final boolean masked;
    private final byte[] header = new byte[MAX_HEADER];
    private int have;
    private int need = 2;
    private long left;
    private boolean lost;
    private boolean sawClose;
    private int code = CloseCodes.NO_STATUS;
    private int codeBytes;

    /** @param masked whether frames of this direction have to be masked, as those of a client have */
    FrameTracker(boolean masked) {
        this.masked = masked;
    }

    /**
     * Follows the bytes that can be read from {@code piece}. <em>Borrows</em> it and reads nothing from it.
     *
     * @param toBoundary stops where the first frame ends
     * @return how many bytes were followed: all, or those up to the end of that frame
     */
    int follow(ByteBuf piece, boolean toBoundary) {
        int begin = piece.readerIndex();
        int end = piece.writerIndex();
        int at = begin;
        while (at < end && !lost) {
            if (have < need) {
                header[have++] = piece.getByte(at++);
                headerGrew();
            } else {
                int n = (int) Math.min(left, end - at);
                payload(piece, at, n);
                at += n;
                left -= n;
            }
            if (!lost && have == need && left == 0) {
                frameEnded();
                if (toBoundary) {
                    break;
                }
            }
        }
        return lost ? end - begin : at - begin;
    }

    private void headerGrew() {
        if (have == 2) {
            need = 2 + lengthBytes() + (isMasked() ? 4 : 0);
            lost = isMalformed();
        }
        if (have == need) {
            left = length();
            lost |= left < 0 || isLongerThanNeeded() || (opcode() == CLOSE && left == 1);
        }
    }

    /** By the first two bytes. */
    private boolean isMalformed() {
        boolean known = (opcode() & ~CONTROL) <= 2;
        boolean control = (opcode() & CONTROL) != 0;
        boolean goodControl = (header[0] & FIN) != 0 && shortLength() <= MAX_CONTROL;
        return !known || isMasked() != masked || (control && !goodControl);
    }

    private boolean isLongerThanNeeded() {
        return (lengthBytes() == 2 && left <= MAX_CONTROL) || (lengthBytes() == 8 && left <= 0xffff);
    }

    private void payload(ByteBuf piece, int at, int length) {
        if (opcode() != CLOSE) {
            return;
        }
        for (int i = at; i < at + length && codeBytes < 2; i++, codeBytes++) {
            int plain = (piece.getByte(i) ^ (isMasked() ? header[need - 4 + codeBytes] : 0)) & 0xff;
            code = codeBytes == 0 ? plain << 8 : code | plain;
        }
    }

    private void frameEnded() {
        sawClose |= opcode() == CLOSE;
        have = 0;
        need = 2;
    }

    private int opcode() {
        return header[0] & 0x0f;
    }

    private boolean isMasked() {
        return (header[1] & MASKED) != 0;
    }

    private int shortLength() {
        return header[1] & 0x7f;
    }

    /** How many bytes of length follow the first two. */
    private int lengthBytes() {
        return switch (shortLength()) {
            case 126 -> 2;
            case 127 -> 8;
            default -> 0;
        };
    }

    private long length() {
        long length = lengthBytes() == 0 ? shortLength() : 0;
        for (int i = 0; i < lengthBytes(); i++) {
            length = length << 8 | (header[2 + i] & 0xff);
        }
        return length;
    }

    /** Whether a frame may be put here. */
    boolean isAtBoundary() {
        return !lost && have == 0;
    }

    /** Whether a malformed frame has come, since which nothing is followed. */
    boolean isLost() {
        return lost;
    }

    /** Whether a close frame has passed as a whole: no frame may follow it. */
    boolean sawClose() {
        return sawClose;
    }

    /** What that frame says; {@link CloseCodes#NO_STATUS} where it says nothing. */
    int closeCode() {
        return code;
    }
}
