package io.countersign.proxy.listen.tls;

import io.countersign.proxy.config.IdentityReader;
import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.net.PemIdentity;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
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

    private final IdentityReader identities;
    private final UnknownKeys unknown;
    private final Clock clock;
    private final RevocationsReader revocations;

    /** @param clock says which certificates and lists have ended */
    public ServerTlsReader(ReferredFiles referred, UnknownKeys unknown, Clock clock) {
        this.identities = new IdentityReader(referred, clock);
        this.unknown = unknown;
        this.clock = clock;
        this.revocations = new RevocationsReader(referred, clock);
    }

    /** Of a section {@code tls} that was written; empty after a fault. */
    public Optional<ServerTls> read(Section tls) {
        MessageDigest digest = sha256();
        Optional<PemIdentity> identity = identities.read(tls, "listener", "clients will refuse it");
        Optional<ServerTls.Clients> clients = clients(tls, digest);
        tls.rejectUnknown(unknown);
        identity.ifPresent(own -> digest.update(own.digest().getBytes(StandardCharsets.UTF_8)));
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
        List<X509Certificate> trusted = identities.certificates(tls, "client-ca", authorities.get(), digest);
        if (trusted.isEmpty()) {
            return Optional.empty();
        }
        trusted.forEach(
                each -> identities.warnOfEnd(tls, "client-ca", each, "the certificates that it issued are refused"));
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

    private static void warn(Section tls, String key, String what) {
        tls.faults().warn(tls.where(key), what);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
