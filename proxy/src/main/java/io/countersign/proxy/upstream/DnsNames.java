package io.countersign.proxy.upstream;

import io.countersign.proxy.net.HostPort;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsServerAddressStream;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * DNS servers, asked by Netty's resolver: no thread waits for an answer, and answers are kept for as long as they say themselves,
 * within bounds. Names are searched as {@code /etc/hosts} and {@code /etc/resolv.conf} say ({@code search}, {@code ndots}); an
 * answer that does not fit into a datagram is asked for by TCP.
 *
 * <p>On an event loop of its own: it reads {@code resolv.conf} again from time to time, and one cache serves all loops.
 */
final class DnsNames implements NameLookup {
    /** Seconds. An answer that may not be kept is kept for one, so that a burst of connections is one question. */
    private static final int MIN_TTL = 1;

    private static final int MAX_TTL = 60;

    /**
     * A failure is not kept: Netty's cache drops the reason, so that for a while a name that no server could look up would seem not to
     * exist. Requests for one name at one time share one question.
     */
    private static final int NEGATIVE_TTL = 0;

    /** A lost packet is sent again within {@code timeouts.connect}, whatever {@code resolv.conf} says. */
    private static final long QUERY_TIMEOUT_MILLIS = 1000;

    /** How often each server is asked. */
    private static final int ROUNDS = 2;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("countersign-dns", true), NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final DnsNameResolver resolver;

    /** @param servers address literals; empty: those of {@code /etc/resolv.conf} */
    DnsNames(List<HostPort> servers) {
        DnsServerAddressStreamProvider asked = servers.isEmpty()
                ? DnsServerAddressStreamProviders.platformDefault()
                : new SequentialDnsServerAddressStreamProvider(
                        servers.stream().map(HostPort::resolved).toList());
        resolver = new DnsNameResolverBuilder(loop)
                .datagramChannelType(NioDatagramChannel.class)
                .socketChannelType(NioSocketChannel.class)
                // A port of its own for each name makes forged answers harder (RFC 5452 section 9.2).
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .nameServerProvider(name -> new Again(asked.nameServerAddressStream(name)))
                .ttl(MIN_TTL, MAX_TTL)
                .negativeTtl(NEGATIVE_TTL)
                .queryTimeoutMillis(QUERY_TIMEOUT_MILLIS)
                .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
                // Both families, for whoever tries them by turns.
                .completeOncePreferredResolved(false)
                .build();
    }

    /** The same servers once more after the last: with a single one a lost packet would be a failure. */
    private record Again(DnsServerAddressStream servers) implements DnsServerAddressStream {
        @Override
        public InetSocketAddress next() {
            return servers.next();
        }

        @Override
        public int size() {
            return ROUNDS * servers.size();
        }

        @Override
        public DnsServerAddressStream duplicate() {
            return new Again(servers.duplicate());
        }
    }

    @Override
    public CompletableFuture<List<InetAddress>> addresses(String host) {
        CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
        try {
            loop.execute(() -> resolver.resolveAll(host).addListener((Future<List<InetAddress>> done) -> {
                if (done.isSuccess() && !done.getNow().isEmpty()) {
                    answer.complete(List.copyOf(done.getNow()));
                } else {
                    answer.completeExceptionally(done.cause() == null ? new UnknownHostException(host) : done.cause());
                }
            }));
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new UnknownHostException("the proxy is shutting down"));
        }
        return answer;
    }

    @Override
    public void close() {
        loop.execute(resolver::close);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
