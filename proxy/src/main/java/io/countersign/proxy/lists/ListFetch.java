package io.countersign.proxy.lists;

import io.countersign.proxy.upstream.ResponseListener;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.upstream.UpstreamStream;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the response that is to bring a list: as a whole or not at all. Nothing but 200 brings one: a redirect would let whoever
 * answers choose where the list comes from. Confined to its loop.
 */
final class ListFetch implements ResponseListener {
    private static final int FIRST_BLOCK = 8 * 1024;
    /** Of a response that brings no list: enough for the name of its error. */
    private static final int MAX_ERROR = 4 * 1024;

    private static final int MAX_TAG = 256;
    private static final Pattern TAG = Pattern.compile("(?:W/)?\"[!#-~]*\"");
    private static final Pattern ERROR = Pattern.compile(
            "<Code>([A-Za-z.]{1,80})</Code>|\"__type\"\\s*:\\s*\"(?:[^\"#]{0,80}#)?([A-Za-z.]{1,80})\"");

    private final Room room;
    private final boolean asksForOther;
    private final CompletableFuture<FetchOutcome> outcome;
    private UpstreamStream stream;
    private int status;
    private Optional<String> tag = Optional.empty();
    private String hint = "";
    private boolean lengthKnown;
    private byte[] text = {};
    private int length;

    /**
     * Makes one.
     *
     * @param room for the text
     * @param asksForOther whether a version was named that is not to be sent again
     */
    ListFetch(Room room, boolean asksForOther, CompletableFuture<FetchOutcome> outcome) {
        this.room = room;
        this.asksForOther = asksForOther;
        this.outcome = outcome;
    }

    /** To be called before the request is sent. */
    void on(UpstreamStream own) {
        stream = own;
    }

    @Override
    public void head(HttpResponse head) {
        status = head.status().code();
        HttpHeaders fields = head.headers();
        if (status == 304 && asksForOther) {
            return;
        }
        if (status != 200) {
            if (status >= 300 && status < 400) {
                hint = Optional.ofNullable(fields.get("x-amz-bucket-region"))
                        .filter(region -> region.matches("[a-z0-9-]{1,40}"))
                        .map(region -> "; the bucket is in " + region + ": set access.lists-region")
                        .orElse("; redirects are not followed: name the place itself");
            }
            lengthKnown = false;
            return;
        }
        String encoding = fields.get(HttpHeaderNames.CONTENT_ENCODING, "identity");
        Optional<Long> announced =
                Optional.ofNullable(fields.get(HttpHeaderNames.CONTENT_LENGTH)).map(Long::parseLong);
        lengthKnown = announced.isPresent();
        if (!encoding.equalsIgnoreCase("identity")) {
            end("the list came with Content-Encoding " + (encoding.length() > 40 ? "of another kind" : encoding)
                    + ", and only plain text is read");
        } else if (!lengthKnown && !fields.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            end("the response has no Content-Length, so that nobody can tell whether the list is whole");
        } else if (announced.isPresent() && !take(announced.get())) {
            end(tooLarge());
        } else {
            tag = Optional.ofNullable(fields.get(HttpHeaderNames.ETAG))
                    .filter(value ->
                            value.length() <= MAX_TAG && TAG.matcher(value).matches());
            text = new byte[announced.map(Long::intValue).orElse(0)];
        }
    }

    private boolean take(long bytes) {
        return bytes < Integer.MAX_VALUE && room.take(bytes);
    }

    private static String tooLarge() {
        return "the list is larger than limits.lists has room for; shorten it, or raise limits.lists";
    }

    @Override
    public void content(ByteBuf piece) {
        try {
            int size = piece.readableBytes();
            if (outcome.isDone() || (status != 200 && length + size > MAX_ERROR)) {
                return;
            }
            if (length + size > text.length && !grow(length + size)) {
                end(tooLarge());
                return;
            }
            piece.readBytes(text, length, size);
            length += size;
        } finally {
            piece.release();
        }
    }

    /** Of a text whose length nobody said: twice as much each time, the old array counted until the new one is there. */
    private boolean grow(int needed) {
        if (lengthKnown || needed < 0) {
            return false;
        }
        int next = Math.max(Math.max(FIRST_BLOCK, needed), (int) Math.min(2L * text.length, Integer.MAX_VALUE - 8));
        if (!room.take(next)) {
            return false;
        }
        int before = text.length;
        text = Arrays.copyOf(text, next);
        room.give(before);
        return true;
    }

    @Override
    public void pause() {
        // What comes is taken at once.
    }

    @Override
    public void complete() {
        if (status == 304 && asksForOther) {
            outcome.complete(new FetchOutcome.Unchanged());
        } else if (status != 200) {
            outcome.complete(new FetchOutcome.Failed("the server answered " + status + error() + hint));
        } else if (lengthKnown && length != text.length) {
            outcome.complete(new FetchOutcome.Failed("the list is shorter than its Content-Length"));
        } else {
            outcome.complete(new FetchOutcome.Fetched(length == text.length ? text : Arrays.copyOf(text, length), tag));
        }
    }

    private String error() {
        Matcher error = ERROR.matcher(new String(text, 0, length, StandardCharsets.UTF_8));
        return error.find() ? " " + (error.group(1) != null ? error.group(1) : error.group(2)) : "";
    }

    @Override
    public void failed(UpstreamFault fault) {
        outcome.complete(new FetchOutcome.Failed(fault.detail()));
    }

    /** Ends it; does nothing once it has ended. */
    void end(String why) {
        if (outcome.complete(new FetchOutcome.Failed(why)) && stream != null) {
            stream.abandon();
        }
    }
}
