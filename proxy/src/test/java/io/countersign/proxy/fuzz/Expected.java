package io.countersign.proxy.fuzz;

import java.util.List;

/**
 * What a request of a case must, or may, get.
 *
 * @param kind what is to become of it
 * @param head null where there is none
 * @param body what the upstream must see; null where it sees none, or not all of it
 * @param why the reason for a refusal, or for a doubt
 * @param from where in the case its bytes begin
 * @param to where they end
 */
@SuppressWarnings("ArrayRecordComponent") // bytes of one run, never compared
record Expected(Kind kind, ParsedHead head, byte[] body, String why, int from, int to) {
    /** In order of what is allowed. */
    enum Kind {
        /** Goes upstream as it is. */
        FORWARDED,
        /** Goes upstream, or is refused: the specification leaves it open. */
        EITHER,
        /** Refused; the connection may go on. */
        REFUSED,
        /** Refused, and nothing after it is read: the framing is lost. */
        BROKEN,
        /** Refused after its head may have gone upstream, but never whole: its body is at fault, and may stream. */
        BROKEN_BODY,
        /** The case ends within it. */
        UNFINISHED
    }

    boolean mayForward() {
        return kind == Kind.FORWARDED || kind == Kind.EITHER;
    }

    /** Whether a part of it may be seen upstream, without its end. */
    boolean mayBegin() {
        return mayForward() || kind == Kind.BROKEN_BODY || (kind == Kind.UNFINISHED && head != null);
    }

    boolean mayRefuse() {
        return kind != Kind.FORWARDED;
    }

    /** Whether the client itself ends the connection with this request. */
    boolean isLast() {
        return head != null && !head.keepsAlive();
    }

    /** The fields that must arrive, in this order, besides those that the proxy adds. */
    List<Field> fieldsUpstream() {
        List<String> named = head.list("connection");
        return head.fields().stream()
                .filter(field -> Rules.passes(field.name(), named))
                .toList();
    }
}
