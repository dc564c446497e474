package io.countersign.proxy.response;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.upstream.UpstreamFault;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpResponse;
import java.util.function.Consumer;

/** Hears what becomes of an attempt. Confined to the exchange's event loop. */
public interface AttemptListener {
    /** The response's head is here. */
    void headCame();

    /** Whether the request goes to another upstream for this status, so that the response and its stream are let go by now. */
    boolean movesOn(int status);

    /** The response is about to be relayed: no other attempt can follow. */
    void relayBegins(int status);

    /** The upstream has switched protocols; as {@link io.countersign.proxy.upstream.ResponseListener#switched}. */
    void switched(HttpResponse head, Consumer<ChannelHandler> connection);

    /** All of the response is here: its stream is no longer ours. */
    void responseEnded();

    /** The stream broke before anything was relayed. */
    void broke(UpstreamFault fault);

    /** The rest of the response is not wanted; another attempt may follow. */
    void dropRest();

    /** What decides on another one. */
    SecondAttempt secondAttempt();

    /** Signs with these credentials, at the time that it is now, and sends once more. */
    void resend(Credentials.Usable credentials);

    /** The client is to get this in place of the response. */
    void answer(LocalResponse response);
}
