package io.countersign.proxy.response;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.proxy.rejection.PartialSuccess;
import io.countersign.proxy.secrets.Secrets;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AsciiString;
import java.util.Optional;

/**
 * Notes for the log what a relayed response says: the beginning of an error, and what became of the items within a request.
 * It reads a copy, while the response goes its way. Confined to the exchange's event loop.
 */
final class ResponseNotes {
    /** Bytes beyond what is shown of an error: enough that a secret at its end can be seen to be one. */
    private static final int MARGIN = 224;

    /** Bytes of a character. */
    private static final int WIDEST = 4;

    /** As many as {@link HeldBody} holds, which no response has that is relayed: both have the same place in the memory plan. */
    static final int MAX_ITEMS = 64 * 1024;

    /** Of a body that was zipped; what is read through on an event loop must not take long. */
    private static final int MAX_PLAIN = 256 * 1024;

    /** Below this, reading a copy takes no time that a client could see. */
    private static final int SMALL = 2 * 1024;

    private static final AsciiString[] WRITTEN = {
        AsciiString.cached("X-Prometheus-Remote-Write-Samples-Written"),
        AsciiString.cached("X-Prometheus-Remote-Write-Histograms-Written"),
        AsciiString.cached("X-Prometheus-Remote-Write-Exemplars-Written")
    };

    private final UpstreamTrace trace;
    private final HttpResponse head;
    private final Optional<PartialSuccess.Form> form;
    private final int shown;
    private BodyTap tap;

    /** @param shown characters of an error in the log */
    private ResponseNotes(UpstreamTrace trace, HttpResponse head, Optional<PartialSuccess.Form> form, int shown) {
        this.trace = trace;
        this.head = head;
        this.form = form;
        this.shown = shown;
    }

    /** Begins with a response's head; empty where its body has nothing worth noting. */
    static Optional<ResponseNotes> begin(ResponseContext context, HttpResponse head) {
        int status = head.status().code();
        if (status >= 400) {
            int shown = shown(context);
            return shown == 0
                    ? Optional.empty()
                    : Optional.of(new ResponseNotes(context.trace(), head, Optional.empty(), shown));
        }
        String method = context.request().method();
        if (status >= 300 || !(method.equals("POST") || method.equals("PUT"))) {
            return Optional.empty();
        }
        return PartialSuccess.form(context.request().path())
                .map(form -> new ResponseNotes(context.trace(), head, Optional.of(form), 0));
    }

    /** What the response's fields say: remote write 2.0 reports how much was written, also with an error. */
    static void written(ResponseContext context, HttpResponse head) {
        if (!context.request().method().equals("POST")) {
            return;
        }
        for (AsciiString field : WRITTEN) {
            String value = head.headers().get(field);
            if (value != null) {
                context.trace().items(PartialSuccess.number(value.strip()), 0);
            }
        }
    }

    /** <em>Borrows</em> {@code piece}. */
    void content(ByteBuf piece) {
        if (tap == null) {
            tap = new BodyTap(form.isPresent() ? MAX_ITEMS : lookedAt(shown));
        }
        tap.add(piece);
    }

    /** Whether the client should have its response before {@link #end}. */
    boolean takesTime() {
        return tap != null && form.isPresent() && tap.size() > SMALL;
    }

    /**
     * The body is over, or so much of it as comes.
     *
     * @param secrets masked in what is noted
     */
    void end(Secrets secrets) {
        if (tap == null) {
            return;
        }
        String coding = head.headers().get(HttpHeaderNames.CONTENT_ENCODING);
        if (form.isEmpty()) {
            tap.beginning(coding, lookedAt(shown))
                    .map(body -> said(body, shown, secrets))
                    .ifPresent(trace::saidOnly);
        } else {
            tap.whole(coding, MAX_PLAIN).ifPresent(body -> {
                PartialSuccess.Items items =
                        PartialSuccess.of(form.get(), head.headers().get(HttpHeaderNames.CONTENT_TYPE), body);
                trace.items(items.accepted(), items.refused());
            });
        }
        tap = null;
    }

    /** For an error that was held, and not relayed as it came. */
    static Optional<String> said(ResponseContext context, HttpResponse head, byte[] body, Secrets secrets) {
        int shown = shown(context);
        return head.status().code() < 400 || body.length == 0 || shown == 0
                ? Optional.empty()
                : BodyTap.beginning(body, head.headers().get(HttpHeaderNames.CONTENT_ENCODING), lookedAt(shown))
                        .map(plain -> said(plain, shown, secrets));
    }

    private static String said(byte[] body, int shown, Secrets secrets) {
        return secrets.line(new String(body, UTF_8), shown);
    }

    private static int shown(ResponseContext context) {
        return context.route().config().delivery().logFailed();
    }

    private static int lookedAt(int shown) {
        return WIDEST * shown + MARGIN;
    }
}
