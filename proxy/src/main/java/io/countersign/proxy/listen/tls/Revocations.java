package io.countersign.proxy.listen.tls;

import java.math.BigInteger;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * Certificate revocation lists (RFC 5280 section 5), verified when they were read. A client's own certificate needs a list of its
 * issuer that has not ended: where that is missing, nobody can say that the certificate still counts, so it does not. Authorities
 * between are refused if a list names them, and need none. Immutable.
 */
public final class Revocations {
    private final Map<X500Principal, List<Crl>> byIssuer = new HashMap<>();
    private final Clock clock;

    /** @param serials of the certificates that it revokes */
    private record Crl(Optional<Instant> end, Set<BigInteger> serials) {}

    Revocations(List<X509CRL> lists, Clock clock) {
        this.clock = clock;
        for (X509CRL list : lists) {
            Set<BigInteger> serials = new HashSet<>();
            Set<? extends X509CRLEntry> entries = list.getRevokedCertificates();
            if (entries != null) {
                entries.forEach(entry -> serials.add(entry.getSerialNumber()));
            }
            Optional<Instant> end = Optional.ofNullable(list.getNextUpdate()).map(Date::toInstant);
            byIssuer.computeIfAbsent(list.getIssuerX500Principal(), issuer -> new ArrayList<>())
                    .add(new Crl(end, serials));
        }
    }

    /** Whether any list names the certificate. */
    boolean isRevoked(X509Certificate certificate) {
        return byIssuer.getOrDefault(certificate.getIssuerX500Principal(), List.of()).stream()
                .anyMatch(crl -> crl.serials().contains(certificate.getSerialNumber()));
    }

    /** Whether there is a list of this issuer, ended or not. */
    boolean cover(X500Principal issuer) {
        return byIssuer.containsKey(issuer);
    }

    /** Serial numbers of the certificates that they revoke, by issuer. */
    public Map<X500Principal, Set<BigInteger>> revoked() {
        Map<X500Principal, Set<BigInteger>> all = new HashMap<>();
        byIssuer.forEach((issuer, crls) -> {
            if (crls.size() == 1) {
                // The usual case, and not to be held twice.
                all.put(issuer, crls.get(0).serials());
            } else {
                crls.forEach(crl ->
                        all.computeIfAbsent(issuer, absent -> new HashSet<>()).addAll(crl.serials()));
            }
        });
        return all;
    }

    /** Why a client's own certificate does not count now; empty when it does. */
    public Optional<TlsFailure> refusal(X509Certificate own) {
        if (byIssuer.isEmpty()) {
            return Optional.empty();
        }
        if (isRevoked(own)) {
            return Optional.of(TlsFailure.REVOKED);
        }
        Instant now = clock.instant();
        boolean known = byIssuer.getOrDefault(own.getIssuerX500Principal(), List.of()).stream()
                .anyMatch(crl -> crl.end().isEmpty() || crl.end().get().isAfter(now));
        return known ? Optional.empty() : Optional.of(TlsFailure.REVOCATION_UNKNOWN);
    }
}
