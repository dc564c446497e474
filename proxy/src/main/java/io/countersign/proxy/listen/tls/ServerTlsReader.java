package io.countersign.proxy.listen.tls;

import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.net.Pem;
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
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.security.auth.x500.X500Principal;

/** Reads the TLS of listeners with all its files, and refuses what a handshake would fail on. */
public final class ServerTlsReader {
    private static final Map<String, ClientAuth> CLIENT_AUTHS =
            Map.of("off", ClientAuth.OFF, "optional", ClientAuth.OPTIONAL, "required", ClientAuth.REQUIRED);

    /** Renewals are due before that: certificates of 90 days are mostly renewed at a third of it. */
    private static final Duration SOON = Duration.ofDays(14);

    /** Of the lifetime: where certificates live for an hour, the last twelve minutes are soon. */
    private static final int SHARE = 5;

    private final ReferredFiles referred;
    private final UnknownKeys unknown;
    private final Clock clock;
    private final RevocationsReader revocations;

    /** @param clock says which certificates and lists have ended */
    public ServerTlsReader(ReferredFiles referred, UnknownKeys unknown, Clock clock) {
        this.referred = referred;
        this.unknown = unknown;
        this.clock = clock;
        this.revocations = new RevocationsReader(referred, clock);
    }

    /** Of a section {@code tls} that was written; empty after a fault. */
    public Optional<ServerTls> read(Section tls) {
        MessageDigest digest = sha256();
        Optional<ServerTls.Identity> identity = identity(tls, digest);
        Optional<ServerTls.Clients> clients = clients(tls, digest);
        tls.rejectUnknown(unknown);
        if (identity.isEmpty() || clients.isEmpty() || !tls.sound()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new ServerTls(identity.get(), clients.get(), HexFormat.of().formatHex(digest.digest())));
        } catch (GeneralSecurityException | SSLException | IllegalArgumentException e) {
            tls.fault("certificate", "cannot be used for TLS: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<ServerTls.Identity> identity(Section tls, MessageDigest digest) {
        Optional<Setting> certificate =
                needed(tls, "certificate", "name a PEM file with the listener's certificate and those that issued it");
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
                        "holds certificates out of order: each is to be followed by the one that issued it, the"
                                + " listener's own first");
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
        warnOfEnd(tls, "certificate", chain.get(0), "clients will refuse it");
        return Optional.of(new ServerTls.Identity(privateKey.get(), chain));
    }

    private void warnOfEnd(Section tls, String key, X509Certificate certificate, String then) {
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

    private List<X509Certificate> certificates(Section tls, String key, Setting setting, MessageDigest digest) {
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

    private Optional<ServerTls.Clients> clients(Section tls, MessageDigest digest) {
        ClientAuth auth = tls.choice("client-auth", CLIENT_AUTHS);
        Optional<Setting> authorities = tls.text("client-ca");
        Optional<Setting> lists = tls.text("crl");
        digest.update(String.valueOf(auth).getBytes(StandardCharsets.UTF_8));
        if (auth == null) {
            return Optional.empty();
        }
        if (auth == ClientAuth.OFF) {
            String needless = authorities.isPresent() ? "client-ca" : "crl";
            if (authorities.isPresent() || lists.isPresent()) {
                tls.fault(
                        needless,
                        "is never used, since client-auth is off: no client is asked for a certificate; set"
                                + " client-auth = required");
            }
            return Optional.of(new ServerTls.Clients(auth, List.of(), new Revocations(List.of(), clock)));
        }
        if (authorities.isEmpty()) {
            if (!tls.has("client-ca")) {
                tls.fault(
                        "client-ca",
                        "is missing; name a PEM file with the authorities that issue the clients' certificates");
            }
            return Optional.empty();
        }
        List<X509Certificate> trusted = certificates(tls, "client-ca", authorities.get(), digest);
        if (trusted.isEmpty()) {
            return Optional.empty();
        }
        trusted.forEach(each -> warnOfEnd(tls, "client-ca", each, "the certificates that it issued are refused"));
        List<X509CRL> verified = lists.map(setting -> revocations.read(tls, setting, trusted, digest))
                .orElse(List.of());
        return trusting(tls, auth, trusted, new Revocations(verified, clock), lists.isPresent());
    }

    /** An authority that is itself revoked is not trusted, whatever the file says. */
    private static Optional<ServerTls.Clients> trusting(
            Section tls, ClientAuth auth, List<X509Certificate> all, Revocations revocations, boolean withLists) {
        List<X509Certificate> trusted = new ArrayList<>();
        for (X509Certificate each : all) {
            X500Principal subject = each.getSubjectX500Principal();
            if (revocations.isRevoked(each)) {
                warn(tls, "client-ca", subject + " is revoked by tls.crl, and so not trusted; remove it");
                continue;
            }
            trusted.add(each);
            if (withLists && !revocations.cover(subject)) {
                warn(
                        tls,
                        "crl",
                        "has no revocation list of " + subject + ", so every client certificate that it issued is"
                                + " refused; add its list");
            }
        }
        if (trusted.isEmpty()) {
            tls.fault("client-ca", "holds only authorities that tls.crl revokes, so nobody could call");
            return Optional.empty();
        }
        return Optional.of(new ServerTls.Clients(auth, trusted, revocations));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
