package io.countersign.proxy.request;

import java.time.Duration;

/**
 * The client as a body's intake sees it: when it is read, how long it may take, and what is noted of it. Confined to the exchange's
 * event loop.
 */
public interface BodySource {
    /** Sends 100 (Continue) to a client that asked whether its body is wanted. */
    void sendContinue();

    /** Stops reading the client. */
    void pauseReading();

    /** Reads the client, up to the end of its request. */
    void resumeReading();

    /** The request's framing is lost: nothing after it can be read as a request. */
    void requestBroken();

    /** It is the client's turn to send. */
    void awaitBody(Pace pace);

    /** It is the upstream's turn to take some of the body; {@code past} runs after this time. */
    void awaitUpload(Duration limit, Runnable past);

    /** The body is on its way, which has limits of its own. */
    void pauseOwnTime();

    /** It is our turn: what follows is bounded by the exchange's own time. */
    void resumeOwnTime();

    /** Whether the time is the body's: the request's head has gone, and no response has begun. */
    boolean isWithinBody();

    /** It has waited for memory. */
    void waited(long nanos);

    /** This many bytes have come in all. */
    void received(long bytes);

    /** All of it has come. */
    void bodyTook(long nanos);

    /** Whether the exchange is over. */
    boolean isOver();

    /** Runs a step so that whatever it throws ends the exchange. */
    void guard(Runnable step);

    /** A step that runs later as a task of the loop, guarded, unless the exchange is over by then. */
    Runnable guarded(Runnable step);
}
