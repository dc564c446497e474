package io.countersign.proxy.exchange;

import io.countersign.proxy.exchange.ExchangeTimer.Phase;
import io.countersign.proxy.request.BodySource;
import io.countersign.proxy.request.Pace;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;

/** Where one request's body comes from: its client, read or not, and bounded in time. Confined to the exchange's event loop. */
record ClientReader(ClientLink client, HttpRequest head, ExchangeTrace trace, StepGuard steps) implements BodySource {
    /** An expectation of HTTP/1.0 is ignored (RFC 9110 section 10.1.1): its client would take the 100 for the response. */
    @Override
    public void sendContinue() {
        boolean http10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (!http10 && head.headers().contains(HttpHeaderNames.EXPECT)) {
            client.channel()
                    .writeAndFlush(new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    @Override
    public void pauseReading() {
        client.pauseReading();
    }

    @Override
    public void resumeReading() {
        client.resumeReading();
    }

    @Override
    public void requestBroken() {
        client.requestBroken();
    }

    @Override
    public void awaitBody(Pace pace) {
        client.timer().awaitBody(pace);
    }

    @Override
    public void awaitUpload(Duration time, Runnable past) {
        client.timer().enter(Phase.UPLOAD, time, past);
    }

    @Override
    public void pauseOwnTime() {
        client.timer().pauseOwn();
    }

    @Override
    public void resumeOwnTime() {
        client.timer().runOwn();
    }

    @Override
    public boolean isWithinBody() {
        return client.timer().isWithinBody();
    }

    @Override
    public void waited(long nanos) {
        trace.waited(nanos);
    }

    @Override
    public void received(long bytes) {
        trace.received(bytes);
    }

    @Override
    public void bodyTook(long nanos) {
        trace.bodyTook(nanos);
    }

    @Override
    public boolean isOver() {
        return steps.isOver();
    }

    @Override
    public void guard(Runnable step) {
        steps.guard(step);
    }

    @Override
    public Runnable guarded(Runnable step) {
        return steps.guarded(step);
    }
}
