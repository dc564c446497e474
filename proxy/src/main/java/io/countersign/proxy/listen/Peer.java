package io.countersign.proxy.listen;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.UnixUser;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.InetSocketAddress;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks an accepted socket who is at its other end. */
final class Peer {
    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

    /**
     * {@code SO_PEERCRED}: the user as whom a process connected, and its effective group alone, so that rules can go by the user only. The
     * JDK looks up the name too, about 10 µs where names come from {@code /etc/passwd}.
     */
    private static final ChannelOption<UnixDomainPrincipal> CREDENTIALS =
            NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED);

    private Peer() {}

    /** Empty when it is not known, such as of a connection that has been reset already. */
    static Optional<Caller> of(Channel channel) {
        if (channel instanceof NioDomainSocketChannel) {
            return user(channel).map(Caller::ofUnixSocket);
        }
        return channel.remoteAddress() instanceof InetSocketAddress peer
                ? Optional.ofNullable(peer.getAddress()).map(Caller::ofSocket)
                : Optional.empty();
    }

    private static Optional<UnixUser> user(Channel channel) {
        try {
            return Optional.ofNullable(channel.config().getOption(CREDENTIALS))
                    .map(UnixDomainPrincipal::user)
                    .map(UnixUser::new);
        } catch (RuntimeException e) {
            LOG.debug("who is at the other end of a Unix socket is not known", e);
            return Optional.empty();
        }
    }
}
