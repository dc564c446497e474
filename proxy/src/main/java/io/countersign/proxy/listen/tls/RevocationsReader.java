package io.countersign.proxy.listen.tls;

import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CRL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/** Reads the revocation lists of a listener, and verifies that its authorities have signed them. */
final class RevocationsReader {
    /** Some 20,000 entries, which are held in memory twice while a newer list is read. */
    private static final int MAX_BYTES = 1 << 20;

    /** An extension that makes a list depend on another one (RFC 5280 section 5.2.4). */
    private static final String DELTA = "2.5.29.27";

    private final ReferredFiles referred;
    private final Clock clock;

    RevocationsReader(ReferredFiles referred, Clock clock) {
        this.referred = referred;
        this.clock = clock;
    }

    /** Those of a file, in PEM or DER; without those that are faulty. */
    List<X509CRL> read(Section tls, Setting setting, List<X509Certificate> authorities, MessageDigest digest) {
        Path file = referred.path(setting);
        byte[][] bytes = {null};
        if (!referred.readList(file, setting.where(), in -> bytes[0] = in.readNBytes(MAX_BYTES + 1))) {
            tls.spoilt();
            return List.of();
        }
        if (bytes[0].length > MAX_BYTES) {
            tls.fault(
                    "crl",
                    file
                            + " has more than 1 MiB; have the authority issue shorter lists, or shorter-lived certificates");
            return List.of();
        }
        digest.update(bytes[0]);
        List<X509CRL> lists = new ArrayList<>();
        try {
            for (CRL each : CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(bytes[0]))) {
                X509CRL list = (X509CRL) each;
                Optional<String> fault = fault(list, authorities);
                fault.ifPresent(what -> tls.fault("crl", file + " " + what));
                warnOfEnd(tls, file, list);
                lists.add(list);
            }
        } catch (GeneralSecurityException e) {
            tls.fault("crl", file + " is not a revocation list; name a file in PEM (BEGIN X509 CRL) or DER");
        }
        if (lists.isEmpty() && tls.sound()) {
            tls.fault("crl", file + " holds no revocation list; name a file in PEM (BEGIN X509 CRL) or DER");
        }
        return lists;
    }

    private void warnOfEnd(Section tls, Path file, X509CRL list) {
        if (list.getNextUpdate() != null && !list.getNextUpdate().toInstant().isAfter(clock.instant())) {
            tls.faults()
                    .warn(
                            tls.where("crl"),
                            file + ": the list of " + list.getIssuerX500Principal() + " has ended on "
                                    + list.getNextUpdate().toInstant()
                                    + ", so every client certificate that this authority issued"
                                    + " is refused; fetch a newer one");
        }
    }

    private static Optional<String> fault(X509CRL list, List<X509Certificate> authorities) {
        X500Principal issuer = list.getIssuerX500Principal();
        List<X509Certificate> issuers = authorities.stream()
                .filter(each -> each.getSubjectX500Principal().equals(issuer))
                .toList();
        if (issuers.isEmpty()) {
            return Optional.of("has a list of " + issuer + ", which is not in tls.client-ca; add that authority's"
                    + " certificate there");
        }
        if (issuers.stream().noneMatch(each -> isSigned(list, each))) {
            return Optional.of("has a list of " + issuer + " that this authority has not signed; fetch it anew");
        }
        if (list.getExtensionValue(DELTA) != null) {
            return Optional.of("has a delta list of " + issuer + "; name the full one");
        }
        boolean indirect = list.getRevokedCertificates() != null
                && list.getRevokedCertificates().stream().anyMatch(entry -> entry.getCertificateIssuer() != null);
        return indirect
                ? Optional.of(
                        "has a list of " + issuer + " on certificates of other authorities (an indirect CRL), which"
                                + " is not supported; name each authority's own list")
                : Optional.empty();
    }

    private static boolean isSigned(X509CRL list, X509Certificate by) {
        try {
            list.verify(by.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
