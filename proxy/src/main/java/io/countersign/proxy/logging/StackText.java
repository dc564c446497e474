package io.countersign.proxy.logging;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;

/** What was thrown, with its causes and where each came from, on indented lines of a bounded number; no message can begin one. */
final class StackText {
    private static final int MOST_FRAMES = 64;
    private static final int MOST_CAUSES = 8;

    private StackText() {}

    /** @param first null for none */
    static void append(StringBuilder out, IThrowableProxy first) {
        IThrowableProxy thrown = first;
        for (int depth = 0; thrown != null && depth < MOST_CAUSES; depth++) {
            out.append(depth == 0 ? "\n    " : "\n    caused by ");
            one(out, thrown);
            thrown = thrown.getCause();
        }
    }

    private static void one(StringBuilder out, IThrowableProxy thrown) {
        out.append(thrown.getClassName());
        if (thrown.getMessage() != null) {
            OneLine.append(out.append(": "), thrown.getMessage());
        }
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        int shown = Math.min(frames.length - thrown.getCommonFrames(), MOST_FRAMES);
        for (int i = 0; i < shown; i++) {
            out.append("\n        ").append(frames[i].getSTEAsString());
        }
    }
}
