package io.countersign.proxy.caller;

import io.countersign.proxy.net.CommonNames;
import java.math.BigInteger;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/**
 * Whom a client's certificate names. A listener's authorities have issued it; what it says is theirs to answer for, but two names
 * of a kind where one is usual are no identity to allow anybody by.
 *
 * @param subject its distinguished name (RFC 2253)
 * @param names of each kind
 * @param issuer with {@code serial} what revocation lists call it
 * @param end it does not count after that
 */
public record ClientCertificate(String subject, Names names, X500Principal issuer, BigInteger serial, Instant end) {
    private static final int DNS = 2;
    private static final int URI = 6;

    /** The SPIFFE-ID standard, sections 2.1 to 2.3: a trust domain, and segments that are neither empty nor dots alone. */
    private static final Pattern SPIFFE =
            Pattern.compile("spiffe://[a-z0-9._-]{1,255}(/(?!\\.{1,2}(/|$))[A-Za-z0-9._-]+)*");

    private static final int MAX_SPIFFE = 2048;

    /** What a log shows. */
    private static final int MAX_SHOWN = 256;

    /**
     * As the certificate has them.
     *
     * @param common names of the subject
     * @param dns subject alternative names of that type, lower case
     * @param uris subject alternative names of that type
     */
    public record Names(List<String> common, List<String> dns, List<String> uris) {
        public Names {
            common = List.copyOf(common);
            dns = List.copyOf(dns);
            uris = List.copyOf(uris);
        }
    }

    /**
     * Of a certificate that was verified.
     *
     * @throws CertificateParsingException when its names cannot be read
     */
    public static ClientCertificate of(X509Certificate certificate) throws CertificateParsingException {
        List<String> dns = new ArrayList<>();
        List<String> uris = new ArrayList<>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        for (List<?> each : alternatives == null ? List.<List<?>>of() : alternatives) {
            if (each.get(1) instanceof String name) {
                if (each.get(0).equals(DNS)) {
                    dns.add(name.toLowerCase(Locale.ROOT));
                } else if (each.get(0).equals(URI)) {
                    uris.add(name);
                }
            }
        }
        X500Principal subject = certificate.getSubjectX500Principal();
        return new ClientCertificate(
                subject.getName(),
                new Names(CommonNames.of(subject.getEncoded()), dns, uris),
                certificate.getIssuerX500Principal(),
                certificate.getSerialNumber(),
                certificate.getNotAfter().toInstant());
    }

    /** The SPIFFE ID; empty unless it is the only URI, as the X.509-SVID standard demands (section 2). */
    public Optional<String> spiffeId() {
        if (names.uris().size() != 1) {
            return Optional.empty();
        }
        String id = names.uris().get(0);
        return id.length() <= MAX_SPIFFE && SPIFFE.matcher(id).matches() ? Optional.of(id) : Optional.empty();
    }

    /**
     * The one name that it goes by: its SPIFFE ID; else its subject; else, where an issuer leaves that empty as many do, {@code DNS:} and its
     * only DNS name. Empty where it has none of them, or could be any of several.
     */
    public Optional<String> name() {
        return spiffeId()
                .or(() -> Optional.of(subject).filter(written -> !written.isEmpty()))
                .or(() -> names.dns().size() == 1
                        ? Optional.of("DNS:" + names.dns().get(0))
                        : Optional.empty());
    }

    /** For a log: the name that it goes by, cut short. */
    @Override
    public String toString() {
        String whole = name().orElseGet(() -> "serial " + serial + " of " + issuer.getName());
        return whole.length() > MAX_SHOWN ? whole.substring(0, MAX_SHOWN) + "..." : whole;
    }
}
