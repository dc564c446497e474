package io.countersign.proxy.upstream;

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

    /** Whether requests are encrypted on their way. */
    public boolean tls() {
        return transport.isTls();
    }

    /** PEM file with authorities trusted on top of the JDK's own. */
    public Optional<Path> ca() {
        return transport.ca();
    }

    /** Where a connection may lead, to be asked once addresses are known. */
    public Destination destination() {
        return new Destination(address().host(), transport.within());
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

    /** Name that TLS asks for and verifies. */
    public String tlsName() {
        return sni.orElse(host());
    }

    /** Where the connection goes. */
    public HostPort address() {
        return connect.orElse(server);
    }
}
