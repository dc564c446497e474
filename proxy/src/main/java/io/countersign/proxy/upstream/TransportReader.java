package io.countersign.proxy.upstream;

import io.countersign.proxy.config.IdentityReader;
import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.egress.Egress;
import io.countersign.proxy.egress.EgressReader;
import io.countersign.proxy.net.Fingerprint;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.net.Pem;
import io.countersign.proxy.net.PemIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.Set;

/** Reads what protects the way to an upstream, and where it leads: {@code tls} and {@code proxy} of a route. */
final class TransportReader {
    private final ReferredFiles referred;
    private final Section route;
    private final EgressReader egress;
    private final Section tls;
    private final Optional<Path> ca;
    private final Set<String> pins;
    private final boolean verify;
    private final Optional<PemIdentity> identity;

    /**
     * What reads parts of it.
     *
     * @param identities client certificates
     * @param egress the proxy on the way
     */
    record Parts(IdentityReader identities, EgressReader egress) {}

    TransportReader(ReferredFiles referred, Section route, Parts parts, UnknownKeys unknown) {
        this.referred = referred;
        this.route = route;
        this.egress = parts.egress();
        IdentityReader identities = parts.identities();
        this.tls = route.section("tls");
        this.ca = tls.text("ca").flatMap(this::certificates);
        this.pins = tls.parsedAll("pin", Fingerprint::parse);
        this.verify = !Boolean.FALSE.equals(tls.has("verify") ? tls.flag("verify") : null);
        this.identity = tls.has("certificate") || tls.has("key")
                ? identities.read(tls, "client", "the upstream will refuse it")
                : Optional.empty();
        tls.rejectUnknown(unknown);
        if (ca.isPresent() && (!pins.isEmpty() || !verify)) {
            tls.fault(
                    "ca",
                    (pins.isEmpty()
                                    ? "means nothing with tls.verify = false"
                                    : "means nothing with tls.pin, which trusts one certificate whoever issued it")
                            + "; keep one of the two");
        }
        if (!pins.isEmpty() && !verify) {
            tls.fault("verify", "means nothing with tls.pin, which verifies the certificate itself; take it out");
        }
    }

    /** For TLS with {@code address}. */
    Transport tls(HostPort address) {
        if (!verify && pins.isEmpty() && !Hosts.isLoopback(address.host())) {
            tls.fault(
                    "verify",
                    "can be false for loopback alone: whoever answers as " + address.host()
                            + " would be sent the session token and every request's data. Name the certificate that it has in"
                            + " tls.pin, as printed by openssl s_client -connect " + address
                            + " </dev/null | openssl x509 -noout -fingerprint -sha256; or, where a name differs because the"
                            + " connection goes through a tunnel, write the real host in upstream.url and the tunnel in"
                            + " upstream.connect, and it is verified as usual");
        }
        return new Transport(
                verify ? Transport.Kind.TLS : Transport.Kind.TLS_UNVERIFIED,
                ca,
                pins,
                identity,
                egress.read(route, address, true));
    }

    /** For HTTP. */
    Transport http(HostPort address, boolean toPrivateAddresses) {
        egress.read(route, address, false);
        for (String key : new String[] {"ca", "pin", "verify", "certificate", "key"}) {
            if (tls.has(key) && !tls.isByDefault(key)) {
                tls.faults().warn(tls.where(key), "means nothing with an http upstream; take it out, or write https");
            }
        }
        return toPrivateAddresses
                ? new Transport(
                        Transport.Kind.HTTP_PRIVATE, Optional.empty(), Set.of(), Optional.empty(), Egress.DIRECT)
                : Transport.http();
    }

    private Optional<Path> certificates(Setting setting) {
        Path file = referred.path(setting);
        Optional<String> text = referred.read(setting, file);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] pem = text.get().getBytes(StandardCharsets.UTF_8);
            if (Pem.certificates(pem).isEmpty()) {
                tls.fault("ca", file + " holds no certificate; name a PEM file with the authorities to trust");
            }
        } catch (CertificateException e) {
            tls.fault("ca", file + " is not a PEM file of certificates; name one with BEGIN CERTIFICATE in it");
        }
        return Optional.of(file);
    }
}
