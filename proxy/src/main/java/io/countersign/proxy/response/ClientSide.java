package io.countersign.proxy.response;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Duration;

/** The exchange and its client as a response sees them: events go up here. Confined to the exchange's event loop. */
public interface ClientSide {
    Channel channel();

    /** Runs a step so that whatever it throws ends this exchange. */
    void guard(Runnable step);

    /** A step that runs later as a task of the loop, guarded, unless the exchange is over by then. */
    Runnable guarded(Runnable step);

    /** Has {@code then} run each time that the channel takes more again, as long as the exchange lasts. */
    void whenWritable(Runnable then);

    /** The client can tell the end of this response by the connection's end alone. */
    void closesAtEnd();

    /** A response's head is about to be relayed: it gets the fields that concern this client alone. */
    void relaying(HttpResponse head);

    /** Bytes of the body are on their way. */
    void relayed(int bytes);

    /** The response is over; ends the exchange. */
    void ended(boolean complete);

    /**
     * The response breaks off, for the log; {@link #cut} follows.
     *
     * @param error token of Proxy-Status
     * @param detail one sentence
     */
    void brokenOff(String error, String detail);

    /** Closes the connection, so that the client cannot take what it got for a whole response. */
    void cut(boolean reset);

    /** It is the upstream's turn; {@code past} runs after this time without another turn or sign of life. */
    void awaitUpstream(Duration limit, Runnable past);

    /** It is the client's turn; {@code stalled} runs once it has taken nothing of what was written for this time. */
    void awaitClient(Duration limit, Runnable stalled);

    /** It is our turn: what follows is bounded by the exchange's own time. */
    void resumeOwnTime();

    /** Nobody is waited for. */
    void awaitNobody();
}
