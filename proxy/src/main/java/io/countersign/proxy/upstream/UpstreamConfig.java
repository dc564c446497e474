package io.countersign.proxy.upstream;

import io.countersign.proxy.egress.EgressProxy;
import io.countersign.proxy.net.Destination;
import io.countersign.proxy.net.HostPort;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a route's requests go. Equal upstreams share their connection pool.
 *
 * @param transport what protects requests on their way there
 * @param server host, a name or an address literal, and port of the URL
 * @param basePath without trailing slash, so {@code ""} or {@code "/prod"}
 * @param connect address to connect to instead of the URL's host and port
 * @param sni name for TLS and its verification instead of the URL's host
 * @param hostHeader {@code Host} that is sent and signed instead of the URL's authority
 */
public record UpstreamConfig(
        Transport transport,
        HostPort server,
        String basePath,
        Optional<HostPort> connect,
        Optional<String> sni,
        Optional<String> hostHeader) {

    /** No host can have this name. */
    private static final HostPort ANY_HOST = new HostPort("*", 443);

    /** Whether requests are encrypted on their way. */
    public boolean tls() {
        return transport.isTls();
    }

    /** PEM file with authorities trusted on top of the JDK's own. */
    public Optional<Path> ca() {
        return transport.ca();
    }

    /** The proxy that connections go through; empty: they go there directly. */
    public Optional<EgressProxy> proxy() {
        return transport.egress().to(address());
    }

    /** Where a connection goes at first: to the proxy, or to {@link #address}. */
    public HostPort hop() {
        return proxy().map(EgressProxy::server).orElseGet(this::address);
    }

    /**
     * Where a connection may lead, to be asked once addresses are known. Where a proxy is on the way it looks the upstream's name
     * up, so only its own addresses are known; what it carries is protected by TLS with the upstream.
     */
    public Destination destination() {
        return new Destination(hop().host(), proxy().isPresent() ? Destination.Within.ANYWHERE : transport.within());
    }

    /** What upstreams of all hosts have in common, for a route that sends where each request says. */
    static UpstreamConfig byRequest(Transport transport, Optional<HostPort> connect) {
        return new UpstreamConfig(transport, ANY_HOST, "", connect, Optional.empty(), Optional.empty());
    }

    /** Whether each request says where it goes; then no connection is ever opened for this. */
    public boolean isByRequest() {
        return server.host().equals(ANY_HOST.host());
    }

    /** The upstream of one host. */
    UpstreamConfig at(String host) {
        return new UpstreamConfig(transport, new HostPort(host, 443), basePath, connect, sni, hostHeader);
    }

    public String host() {
        return server.host();
    }

    public int port() {
        return server.port();
    }

    /** The {@code Host} field that is sent and signed: RFC 9110 section 7.2, the port left out when it is the scheme's own. */
    public String authority() {
        return hostHeader.orElseGet(this::urlAuthority);
    }

    /** Host and port of the URL, the port left out when it is the scheme's own. */
    public String urlAuthority() {
        String name = host().indexOf(':') >= 0 ? "[" + host() + "]" : host();
        return port() == (tls() ? 443 : 80) ? name : name + ":" + port();
    }

    /** As logs and pages show it; not where each request says where it goes. */
    public String url() {
        return (tls() ? "https://" : "http://") + authority() + basePath;
    }

    /** Name that TLS asks for and verifies. */
    public String tlsName() {
        return sni.orElse(host());
    }

    /** Where the connection goes in the end, whether or not a proxy is on the way. */
    public HostPort address() {
        return connect.orElse(server);
    }
}
