package io.countersign.proxy.config;

import io.countersign.proxy.net.Pem;
import io.countersign.proxy.net.PemIdentity;
import io.countersign.proxy.net.PemKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Reads certificates and their keys from the PEM files that settings name, and refuses what a handshake would fail on. */
public final class IdentityReader {
    /** Renewals are due before that: certificates of 90 days are mostly renewed at a third of it. */
    private static final Duration SOON = Duration.ofDays(14);

    /** Of the lifetime: where certificates live for an hour, the last twelve minutes are soon. */
    private static final int SHARE = 5;

    private final ReferredFiles referred;
    private final Clock clock;

    /** @param clock says which certificates have ended */
    public IdentityReader(ReferredFiles referred, Clock clock) {
        this.referred = referred;
        this.clock = clock;
    }

    /**
     * Of {@code certificate} and {@code key}, which both must be there; empty after a fault.
     *
     * @param whose what shows the certificate
     * @param then what becomes of a certificate that has ended
     */
    public Optional<PemIdentity> read(Section tls, String whose, String then) {
        MessageDigest digest = sha256();
        Optional<Setting> certificate = needed(
                tls, "certificate", "name a PEM file with the " + whose + "'s certificate and those that issued it");
        Optional<Setting> key = needed(tls, "key", "name a PEM file with the certificate's private key");
        List<X509Certificate> chain = certificate
                .map(setting -> certificates(tls, "certificate", setting, digest))
                .orElse(List.of());
        Optional<PrivateKey> privateKey = key.flatMap(setting -> key(tls, setting, digest));
        if (chain.isEmpty() || privateKey.isEmpty()) {
            return Optional.empty();
        }
        for (int i = 1; i < chain.size(); i++) {
            if (!chain.get(i - 1).getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())) {
                tls.fault(
                        "certificate",
                        "holds certificates out of order: each is to be followed by the one that issued it, the "
                                + whose + "'s own first");
                return Optional.empty();
            }
        }
        if (!PemKey.matches(privateKey.get(), chain.get(0).getPublicKey())) {
            tls.fault(
                    "key",
                    "does not belong to the first certificate of tls.certificate ("
                            + chain.get(0).getSubjectX500Principal() + "); name the key that it was made for");
            return Optional.empty();
        }
        warnOfEnd(tls, "certificate", chain.get(0), then);
        return Optional.of(
                new PemIdentity(privateKey.get(), chain, HexFormat.of().formatHex(digest.digest())));
    }

    /** Warns of a certificate that has ended, or soon will. */
    public void warnOfEnd(Section tls, String key, X509Certificate certificate, String then) {
        Instant now = clock.instant();
        Instant end = certificate.getNotAfter().toInstant();
        String which = String.valueOf(certificate.getSubjectX500Principal());
        if (certificate.getNotBefore().toInstant().isAfter(now)) {
            warn(
                    tls,
                    key,
                    which + " is valid only from " + certificate.getNotBefore().toInstant() + ": " + then);
        } else if (!end.isAfter(now)) {
            warn(tls, key, which + " is expired since " + end + ": " + then + "; renew it");
        } else if (end.isBefore(now.plus(soon(certificate)))) {
            warn(tls, key, which + " expires on " + end + "; renew it before");
        }
    }

    private static Duration soon(X509Certificate certificate) {
        Duration share = Duration.between(
                        certificate.getNotBefore().toInstant(),
                        certificate.getNotAfter().toInstant())
                .dividedBy(SHARE);
        return share.compareTo(SOON) < 0 ? share : SOON;
    }

    private static void warn(Section tls, String key, String what) {
        tls.faults().warn(tls.where(key), what);
    }

    private static Optional<Setting> needed(Section tls, String key, String what) {
        Optional<Setting> setting = tls.text(key);
        if (setting.isEmpty() && !tls.has(key)) {
            tls.fault(key, "is missing; " + what);
        }
        return setting;
    }

    /** Those of a PEM file; none after a fault. */
    public List<X509Certificate> certificates(Section tls, String key, Setting setting, MessageDigest digest) {
        Path file = referred.path(setting);
        Optional<String> text = referred.read(setting, file);
        List<X509Certificate> found = new ArrayList<>();
        if (text.isEmpty()) {
            tls.spoilt();
            return found;
        }
        byte[] pem = text.get().getBytes(StandardCharsets.UTF_8);
        digest.update(pem);
        try {
            for (Certificate each : Pem.certificates(pem)) {
                found.add((X509Certificate) each);
            }
            if (found.isEmpty()) {
                tls.fault(key, file + " holds no certificate; name a PEM file with BEGIN CERTIFICATE in it");
            }
        } catch (GeneralSecurityException e) {
            tls.fault(key, file + " is not a PEM file of certificates; name one with BEGIN CERTIFICATE in it");
        }
        return found;
    }

    private Optional<PrivateKey> key(Section tls, Setting setting, MessageDigest digest) {
        Path file = referred.path(setting);
        Optional<String> text = referred.read(setting, file);
        if (text.isEmpty()) {
            tls.spoilt();
            return Optional.empty();
        }
        digest.update(text.get().getBytes(StandardCharsets.UTF_8));
        if (isReadByAll(file)) {
            warn(
                    tls,
                    "key",
                    file + " can be read by every user of this machine; take that right away (chmod o= " + file
                            + "; for a Secret in Kubernetes: defaultMode: 0440 and fsGroup)");
        }
        try {
            return Optional.of(PemKey.read(text.get()));
        } catch (GeneralSecurityException e) {
            tls.fault("key", file + " " + e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean isReadByAll(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
