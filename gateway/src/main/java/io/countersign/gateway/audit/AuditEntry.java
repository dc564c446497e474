package io.countersign.gateway.audit;

import io.countersign.proxy.logging.Timestamps;
import io.countersign.proxy.wire.JsonText;
import java.time.Instant;

/**
 * One thing that was done. It holds no secrets: whoever writes one names tokens, and never shows them.
 *
 * @param actor the name of the token that it was done with, or what else caused it, such as {@code reload}
 * @param action a word, such as {@code approve}
 * @param subject what it was done to
 * @param detail what else there is to know; empty for nothing
 */
public record AuditEntry(Instant time, String actor, String action, String subject, String detail) {
    private static final int MAX_WORD = 64;
    private static final int MAX_SUBJECT = 512;
    private static final int MAX_DETAIL = 1024;

    /** Texts past their limit are cut, and end in an ellipsis then. */
    public AuditEntry {
        actor = cut(actor, MAX_WORD);
        action = cut(action, MAX_WORD);
        subject = cut(subject, MAX_SUBJECT);
        detail = cut(detail, MAX_DETAIL);
    }

    private static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max - 1) + '…';
    }

    /** One line, without its end: no text in it can begin another, or move the cursor of a terminal. */
    public String json() {
        StringBuilder out = new StringBuilder(200 + subject.length() + detail.length()).append("{\"time\":\"");
        Timestamps.append(out, time.toEpochMilli());
        out.append("\",\"type\":\"audit\"");
        member(out, "actor", actor);
        member(out, "action", action);
        member(out, "subject", subject);
        if (!detail.isEmpty()) {
            member(out, "detail", detail);
        }
        return out.append('}').toString();
    }

    private static void member(StringBuilder out, String name, String value) {
        out.append(",\"").append(name).append("\":").append(JsonText.quoted(value));
    }
}
