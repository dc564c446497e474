package io.countersign.proxy.fuzz;

/**
 * What a client has got for one request.
 *
 * @param head of the response; null when the connection ended instead
 * @param bodyLength bytes of the body that came
 * @param whole whether all of it came
 * @param doubtful whether its end may have been a reset: a client that is told of one by its writing reads a plain end afterwards
 * @param pure whether the body is a part of what the request in X-Echo was answered
 * @param interims how many 100 came before
 */
record Seen(ParsedHead head, int bodyLength, boolean whole, boolean doubtful, boolean pure, int interims) {
    static final Seen NOTHING = new Seen(null, 0, false, false, true, 0);

    int status() {
        return Integer.parseInt(head.startLine().substring(9, 12));
    }

    /** The number of the request that the upstream answered with this; -1 for an answer of the proxy's own. */
    long echo() {
        return head != null && head.has("x-echo")
                ? Long.parseLong(head.values("x-echo").get(0))
                : -1;
    }

    boolean closes() {
        return !whole || !head.keepsAlive();
    }

    @Override
    public String toString() {
        return head == null
                ? "nothing"
                : "\n  " + Oracle.printable(head.text()) + " + " + bodyLength + (whole ? " bytes" : " bytes, cut off")
                        + (pure ? "" : ", not its own");
    }
}
