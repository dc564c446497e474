package io.countersign.proxy.admission;

import io.countersign.proxy.CompiledSnapshot;
import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.wire.Limits;
import io.countersign.proxy.wire.RequestDecoder;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** A request to be decided on: a sound one, and what a test changes of it. */
final class Requested {
    static final Via VIA = new Via("countersign-here");
    static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");
    static final Verdict.Denied DENIED = new Verdict.Denied(new Rule("conf/deny.list:1", "127.0.0.1"));

    private final HttpRequest head;
    private Caller caller = Caller.ofSocket(InetAddress.getLoopbackAddress());
    private Optional<Verdict.Denied> denied = Optional.empty();
    private Optional<InetSocketAddress> local =
            Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8005));
    private Incoming.Time time = Incoming.Time.SERVING;

    private Requested(HttpRequest head) {
        this.head = head;
    }

    static Requested get(String target) {
        return of("GET", target);
    }

    static Requested of(String method, String target) {
        Requested request =
                new Requested(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), target));
        request.head.headers().set("host", "localhost:8005");
        return request;
    }

    static Requested http10(String target) {
        return new Requested(new DefaultHttpRequest(HttpVersion.HTTP_1_0, HttpMethod.GET, target));
    }

    /** What our own decoder makes of it. */
    static Requested decoded(String text) {
        EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder(new Limits(100, 1000, 10, 1000)));
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        HttpRequest head = channel.readInbound();
        channel.finishAndReleaseAll();
        return new Requested(head);
    }

    Requested with(String field, Object value) {
        head.headers().add(field, value);
        return this;
    }

    Requested without(String field) {
        head.headers().remove(field);
        return this;
    }

    /** On a connection from that address. */
    Requested from(String address) {
        caller = Caller.ofSocket(IpAddress.parse(address).toInetAddress());
        return this;
    }

    Requested deniedBefore() {
        denied = Optional.of(DENIED);
        return this;
    }

    Requested tooLate() {
        time = Incoming.Time.TOO_LATE;
        return this;
    }

    Requested whileDraining() {
        time = Incoming.Time.DRAINING;
        return this;
    }

    Requested nowhere() {
        local = Optional.empty();
        return this;
    }

    /** Where callers that are on no list may ask. */
    Decision decideAsking(CompiledSnapshot snapshot, Guard... guards) {
        return decide(snapshot, snapshot.get().access().asking(), guards);
    }

    Decision decide(CompiledSnapshot snapshot, Guard... guards) {
        return decide(snapshot, snapshot.get().access(), guards);
    }

    private Decision decide(CompiledSnapshot snapshot, AccessConfig access, Guard... guards) {
        Snapshot inForce = snapshot.get();
        Snapshot guarded = new Snapshot(
                access, inForce.limits(), inForce.routes(), inForce.credentials(), List.of(guards), inForce.narrowed());
        return new Admission(VIA, Clock.fixed(NOON, ZoneOffset.UTC))
                .decide(new Incoming(head, caller, denied, local, time), guarded);
    }
}
