package io.countersign.proxy.upstream.http1;

import io.countersign.proxy.upstream.ResponseListener;
import io.countersign.proxy.upstream.Upstream;
import io.countersign.proxy.upstream.UpstreamConnection;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.proxy.upstream.UpstreamStream;
import io.countersign.proxy.wire.ResponseDecoder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One exchange on an HTTP/1.1 connection, which is all its own until the exchange is over. Confined to its channel's event
 * loop.
 */
final class Http1Stream implements UpstreamStream {
    private static final int MAX_INFORMATIONAL = 8;

    private final Channel channel;
    private final ResponseDecoder decoder;
    private final Upstream upstream;
    private final UpstreamConnection.Owner owner;
    private State state = State.UNUSED;
    private ResponseListener listener;
    private RequestWriter writer;
    private boolean toHead;
    private int informational;
    private boolean delimitedByClose;
    private boolean keepsAlive;
    private HttpResponse switching;

    private enum State {
        /** Nothing was sent yet. */
        UNUSED,
        AWAITING_HEAD,
        IN_BODY,

        /** A 101 has come that was asked for; its end, which has no bytes of its own, hands the connection over. */
        SWITCHING,

        /** The connection speaks another protocol, and is somebody else's until it closes. */
        SWITCHED,

        /** The response is here, but the read that brought its end is not wholly decoded. */
        RECEIVED,
        OVER
    }

    Http1Stream(Channel channel, ResponseDecoder decoder, Upstream upstream, UpstreamConnection.Owner owner) {
        this.channel = channel;
        this.decoder = decoder;
        this.upstream = upstream;
        this.owner = owner;
    }

    @Override
    public boolean send(UpstreamRequest request, ResponseListener to) {
        assert channel.eventLoop().inEventLoop();
        if (state != State.UNUSED) {
            throw new IllegalStateException("a stream is for one exchange, and this one is " + state);
        }
        state = State.AWAITING_HEAD;
        listener = to;
        toHead = request.method().equals("HEAD");
        decoder.expectResponseTo(request.method());
        writer = new RequestWriter(channel, request);
        writer.begin();
        return isRunning() && channel.isActive() && !isOutputShutdown(channel);
    }

    @Override
    public void pause() {
        read(false);
    }

    @Override
    public void resume() {
        read(true);
    }

    private void read(boolean on) {
        assert channel.eventLoop().inEventLoop();
        if (isRunning() && channel.config().isAutoRead() != on) {
            channel.config().setAutoRead(on);
        }
    }

    @Override
    public void abandon() {
        assert channel.eventLoop().inEventLoop();
        if (state != State.OVER) {
            finish();
            cut();
        }
    }

    @Override
    public void giveBack() {
        assert channel.eventLoop().inEventLoop();
        if (state != State.UNUSED) {
            throw new IllegalStateException("only an unused stream is given back, and this one is " + state);
        }
        state = State.OVER;
        owner.streamEnded();
    }

    /** Whether a request was sent whose response has not ended. */
    boolean isRunning() {
        return awaitsMore() || state == State.RECEIVED;
    }

    /** Whether something may still come that belongs to this response. */
    boolean awaitsMore() {
        return state == State.AWAITING_HEAD || state == State.IN_BODY || state == State.SWITCHING;
    }

    /** Takes a response's head; returns whether the exchange goes on. */
    boolean head(HttpResponse head) {
        int status = head.status().code();
        if (head.decoderResult().isSuccess() && status >= 100 && status < 200) {
            return informational(head);
        }
        Optional<UpstreamFault> fault = ResponseHeadCheck.check(head, upstream);
        if (fault.isPresent()) {
            fail(fault.get());
            return false;
        }
        state = State.IN_BODY;
        delimitedByClose = ResponseHeadCheck.isDelimitedByClose(head, toHead);
        keepsAlive = !delimitedByClose && ResponseHeadCheck.keepsAlive(head);
        ResponseHeadCheck.keepAliveTimeout(head).ifPresent(owner::keptFor);
        if (status >= 300) {
            // It has decided without the rest of the body (RFC 9112 section 9.5), which leaves its connection within a
            // request.
            writer.stop();
        }
        listener.head(head);
        return true;
    }

    private boolean informational(HttpResponse head) {
        int status = head.status().code();
        if (status == 101 && writer.asksToSwitch()) {
            state = State.SWITCHING;
            switching = head;
            return true;
        }
        if (status == 101 || ++informational > MAX_INFORMATIONAL) {
            String what = status == 101 ? "an unasked 101" : "more than " + MAX_INFORMATIONAL + " interim responses";
            fail(new UpstreamFault(UpstreamFault.Kind.HTTP_PROTOCOL, upstream + " answered with " + what));
            return false;
        }
        return true;
    }

    /**
     * Takes a piece of a response; <em>takes</em> {@code content}.
     *
     * @param endIsTrue whether the connection's end would be the upstream's word for it, and not a cut
     */
    void content(HttpContent content, boolean endIsTrue) {
        if (state != State.IN_BODY) {
            // The end of an interim response, or the rest of one that nobody wants any more.
            content.release();
            return;
        }
        if (!content.decoderResult().isSuccess()) {
            content.release();
            fail(new UpstreamFault(UpstreamFault.Kind.HTTP_PROTOCOL, upstream + " sent a malformed chunk"));
            return;
        }
        boolean last = content instanceof LastHttpContent;
        if (last && delimitedByClose && !channel.isActive() && !endIsTrue) {
            content.release();
            truncated("closed the connection without TLS close_notify");
            return;
        }
        if (content.content().isReadable()) {
            listener.content(content.content());
        } else {
            content.release();
        }
        if (last && state == State.IN_BODY) {
            state = State.RECEIVED;
        }
    }

    /** The whole read is decoded. Only now does what is left over say whether the connection is clean. */
    void readComplete() {
        if (state == State.RECEIVED) {
            end();
        } else {
            listener.pause();
        }
    }

    /** The connection has closed. */
    void closed() {
        if (state == State.RECEIVED) {
            end();
        } else {
            truncated("closed the connection");
        }
    }

    private void end() {
        resume();
        // Who was asked to speak another protocol, and did not, may not have understood where the request ends.
        boolean reusable = writer.isWritten()
                && keepsAlive
                && channel.isActive()
                && decoder.leftOver() == 0
                && !writer.asksToSwitch();
        boolean written = writer.isWritten();
        ResponseListener to = finish();
        if (reusable) {
            owner.streamEnded();
        } else if (written) {
            channel.close();
        } else {
            cut();
        }
        to.complete();
    }

    /** The connection takes more of the request. */
    void writable() {
        writer.resume();
    }

    /** The upstream takes no more of the request, and may have answered it all the same. */
    void stopSending() {
        writer.stop();
    }

    /** @param how what the upstream did, as a predicate */
    void truncated(String how) {
        boolean within = state == State.IN_BODY || state == State.RECEIVED;
        fail(new UpstreamFault(
                within ? UpstreamFault.Kind.RESPONSE_INCOMPLETE : UpstreamFault.Kind.CONNECTION_TERMINATED,
                upstream + " " + how + (within ? " within the response" : " before a response")));
    }

    private void fail(UpstreamFault fault) {
        ResponseListener to = finish();
        channel.close();
        to.failed(fault);
    }

    /** Whether the head of a 101 is here that was asked for. */
    boolean isSwitching() {
        return state == State.SWITCHING;
    }

    /** The head of the 101 has ended. */
    void handOver(Consumer<ChannelHandler> connection) {
        state = State.SWITCHED;
        listener.switched(switching, connection);
    }

    private ResponseListener finish() {
        ResponseListener to = listener;
        state = State.OVER;
        listener = null;
        if (writer != null) {
            writer.stop();
        }
        return to;
    }

    /**
     * Closes without TLS's close_notify, which would wait behind bytes that the upstream perhaps never takes; that the
     * upstream sees a truncation is right as well.
     */
    private void cut() {
        channel.pipeline().firstContext().close();
    }

    static boolean isOutputShutdown(Channel channel) {
        return channel instanceof DuplexChannel duplex && duplex.isOutputShutdown();
    }
}
