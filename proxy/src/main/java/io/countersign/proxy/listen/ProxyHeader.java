package io.countersign.proxy.listen;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.net.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a PROXY header says of the caller (proxy-protocol.txt, "The PROXY protocol, versions 1 &amp; 2").
 *
 * <p>Of the values that may follow the addresses only the VPC endpoint's id counts, which a Network Load Balancer sends ("Proxy
 * protocol" in the Elastic Load Balancing User Guide).
 */
final class ProxyHeader {
    /** {@code PP2_TYPE_AWS}, and its {@code PP2_SUBTYPE_AWS_VPCE_ID}. */
    private static final byte AWS = (byte) 0xea;

    private static final byte VPC_ENDPOINT = 1;
    private static final int MAX_ENDPOINT = 64;

    private ProxyHeader() {}

    /**
     * The caller that the header names; the peer itself where the header names none: a health check, or what came to the load
     * balancer in another way than over TCP, or from its own machine. <em>Borrows</em> the header.
     *
     * @throws HAProxyProtocolException when it can't be right
     */
    static Caller caller(HAProxyMessage header, Caller peer) {
        if (header.command() == HAProxyCommand.LOCAL) {
            return peer;
        }
        return switch (header.proxiedProtocol()) {
            case UNKNOWN, UNIX_STREAM, UNIX_DGRAM -> peer;
            case UDP4, UDP6 -> throw new HAProxyProtocolException("datagrams carry no HTTP/1.1");
            case TCP4, TCP6 -> {
                try {
                    // The decoder's own reading of version 1 is lenient: 010.0.0.1 and zones pass it.
                    InetAddress source = IpAddress.parse(header.sourceAddress()).toInetAddress();
                    Caller caller = peer.announced(source, vpcEndpoint(header.tlvs()));
                    // What another machine calls its loopback is that machine, and not this one.
                    yield source.isLoopbackAddress() && !peer.isLocal() ? peer : caller;
                } catch (IllegalArgumentException e) {
                    throw new HAProxyProtocolException(e);
                }
            }
        };
    }

    private static Optional<String> vpcEndpoint(List<HAProxyTLV> values) {
        Optional<String> found = Optional.empty();
        int nested = 0;
        for (HAProxyTLV value : values) {
            if (nested > 0) {
                // The decoder repeats after a TLS value those that are within it, which are about a certificate.
                nested--;
            } else if (value instanceof HAProxySSLTLV tls) {
                nested = tls.encapsulatedTLVs().size();
            } else if (value.typeByteValue() == AWS && isVpcEndpoint(value.content())) {
                if (found.isPresent()) {
                    throw new HAProxyProtocolException("two VPC endpoints");
                }
                found = Optional.of(id(value.content()));
            }
        }
        return found;
    }

    private static boolean isVpcEndpoint(ByteBuf content) {
        return content.isReadable() && content.getByte(content.readerIndex()) == VPC_ENDPOINT;
    }

    private static String id(ByteBuf content) {
        String id =
                content.toString(content.readerIndex() + 1, content.readableBytes() - 1, StandardCharsets.ISO_8859_1);
        boolean plain = id.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-');
        if (id.isEmpty() || id.length() > MAX_ENDPOINT || !plain) {
            throw new HAProxyProtocolException("not the id of a VPC endpoint");
        }
        return id;
    }
}
