package io.countersign.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;

/**
 * One connection to an upstream, whatever protocol it speaks: what its pool asks of it. Confined to the event loop of its
 * channel.
 */
public interface UpstreamConnection {
    /** Hears what becomes of a stream that was opened. */
    interface Owner {
        /** The upstream says for how long it keeps the connection when it is idle. */
        void keptFor(Duration time);

        /**
         * The stream is over, and the connection is fit for another one. Not called for a connection that is not: that one
         * closes.
         */
        void streamEnded();
    }

    /** Adds the handlers of its protocol, after those of TLS. */
    void addTo(ChannelPipeline pipeline);

    Channel channel();

    /** Whether a stream may be opened: nothing has come and nothing has ended that no request asked for. */
    boolean isClean();

    /** Opens a stream; only while {@link #isClean}. */
    UpstreamStream open(Owner owner);

    /** Closes a connection that no exchange has. */
    void close();
}
