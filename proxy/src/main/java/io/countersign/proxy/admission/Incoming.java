package io.countersign.proxy.admission;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A request head as it came, with what is known of its connection.
 *
 * @param head as decoded; its decoder result says whether it could be read
 * @param deniedBefore why the caller was denied when it connected, which holds for the whole connection
 * @param local where the client connected to: what a Host field would name, were there one; empty where that is no internet address
 * @param time how far the process's end had come when it came
 */
public record Incoming(
        HttpRequest head,
        Caller caller,
        Optional<Verdict.Denied> deniedBefore,
        Optional<InetSocketAddress> local,
        Time time) {

    /** What the process still takes on. */
    public enum Time {
        /** Everything. */
        SERVING,
        /** What ends soon: no request that would last. */
        DRAINING,
        /** Nothing. */
        TOO_LATE;

        /**
         * @param taken whether requests are taken
         * @param serving whether the end is not near
         */
        public static Time of(boolean taken, boolean serving) {
            return !taken ? TOO_LATE : serving ? SERVING : DRAINING;
        }
    }
}
