package io.countersign.proxy.fuzz;

import java.util.List;

/**
 * What one client does on one connection.
 *
 * @param tag in the target and a field of each request, by which the upstream knows whose it is
 * @param sent all that the client sends; cut off already where it goes away early
 * @param writes how many bytes it writes at a time, in turn
 * @param pausing whether it lets others work between two writes
 * @param pipelined whether it sends the next request before the response to the last
 * @param ending what it does at the end
 */
@SuppressWarnings("ArrayRecordComponent") // bytes of one run, never compared
record FuzzCase(
        long seed,
        String tag,
        byte[] sent,
        List<Expected> expected,
        List<Integer> writes,
        boolean pausing,
        boolean pipelined,
        Ending ending) {
    private static final int MAX_SHOWN = 800;

    /** How a client leaves. */
    enum Ending {
        /** Reads what it is owed, then closes. */
        CLOSE,
        /** Reads what it is owed, then resets the connection. */
        RESET,
        /** Says that it will send no more, then reads. */
        HALF_CLOSE,
        /** Is gone without having read anything. */
        VANISH
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(256);
        out.append("case ").append(seed).append(", ").append(ending).append(pipelined ? ", pipelined" : ", in turn");
        out.append(", writes ").append(writes);
        for (Expected request : expected) {
            out.append("\n  ").append(request.kind());
            if (request.why() != null) {
                out.append(" (").append(request.why()).append(')');
            }
            int to = Math.min(request.to(), request.from() + MAX_SHOWN);
            out.append(": ").append(Oracle.printable(sent, request.from(), to));
            out.append(to < request.to() ? "... " + (request.to() - to) + " more" : "");
        }
        return out.toString();
    }
}
