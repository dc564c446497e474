package io.countersign.proxy.access;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Allow and deny rules that go by the certificate that a client has shown; callers by listeners that don't ask for one are not judged.
 * The handshake has verified the certificate; whether it still counts is asked once more at each request, since connections last.
 *
 * @param allow empty: nobody is chosen here, and whoever has a certificate of the listener's authorities may call
 * @param revoked by the lists of all listeners
 * @param clock says which certificates have ended
 */
public record CertificateRules(
        List<Entry> allow, List<Entry> deny, RevokedCertificates revoked, AccessMode mode, Clock clock)
        implements KindRules {
    private static final int MAX_ENTRIES = 1000;

    private static final Rule UNLISTED = new Rule(
            Rule.DEFAULT,
            "the certificate is in no entry of access.allow-certificates, and with such entries every other one is denied");
    private static final Rule WITHOUT = new Rule(
            Rule.DEFAULT, "the caller has no certificate, and access.allow-certificates says which ones may call");
    private static final Rule REVOKED =
            new Rule("listeners[].tls.crl", "the caller's certificate has been revoked since it connected");
    private static final Rule ENDED =
            new Rule("listeners[].tls.client-ca", "the caller's certificate has expired since it connected");
    private static final Verdict TO_BE_SHOWN =
            new Verdict.Allowed(new Rule(Rule.DEFAULT, "the certificate is to be shown within the handshake"));

    public CertificateRules {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /**
     * One entry of a list.
     *
     * @param source setting, such as {@code access.allow-certificates[0]}
     */
    public record Entry(String source, CertificatePattern pattern) {
        /** As written. */
        public String text() {
            return pattern.text();
        }

        /** As verdicts name it. */
        public Rule rule() {
            return new Rule(source, text());
        }
    }

    /** With the deny entries of {@code other} besides its own. */
    CertificateRules denyingAs(CertificateRules other) {
        List<Entry> both =
                Stream.concat(other.deny.stream(), deny.stream()).distinct().toList();
        return new CertificateRules(allow, both, revoked.and(other.revoked), mode, clock);
    }

    /** Of the keys {@code allow-certificates} and {@code deny-certificates}. */
    static CertificateRules read(Section access, RevokedCertificates revoked, AccessMode mode, Clock clock) {
        return new CertificateRules(
                read(access, "allow-certificates"), read(access, "deny-certificates"), revoked, mode, clock);
    }

    private static List<Entry> read(Section access, String key) {
        List<Entry> entries = new ArrayList<>();
        List<Setting> settings = access.texts(key);
        if (settings.size() > MAX_ENTRIES) {
            access.fault(key, "has " + settings.size() + " entries, and at most " + MAX_ENTRIES + " are read");
            return entries;
        }
        for (int i = 0; i < settings.size(); i++) {
            try {
                String source = access.path(key) + "[" + i + "]";
                entries.add(new Entry(
                        source, CertificatePattern.parse(settings.get(i).text())));
            } catch (IllegalArgumentException e) {
                access.fault(key, e.getMessage());
            }
        }
        return entries;
    }

    /** All that is written. */
    public List<Entry> entries() {
        return Stream.concat(allow.stream(), deny.stream()).toList();
    }

    @Override
    public boolean choosesCallers() {
        return !allow.isEmpty();
    }

    @Override
    public Optional<Verdict> judge(Caller caller) {
        TlsClient.Asked asked = caller.tls().map(TlsClient::asked).orElse(TlsClient.Asked.NO);
        return switch (asked) {
            case NO -> Optional.empty();
            case TO_BE -> allow.isEmpty() ? Optional.empty() : Optional.of(TO_BE_SHOWN);
            case YES -> decide(caller.tls().flatMap(TlsClient::certificate));
        };
    }

    private Optional<Verdict> decide(Optional<ClientCertificate> shown) {
        if (shown.isEmpty()) {
            return allow.isEmpty() ? Optional.empty() : Optional.of(mode.denial(WITHOUT));
        }
        ClientCertificate certificate = shown.get();
        for (Entry entry : deny) {
            if (entry.pattern().denies(certificate)) {
                return Optional.of(mode.denial(entry.rule()));
            }
        }
        if (revoked.has(certificate)) {
            return Optional.of(mode.denial(REVOKED));
        }
        if (!certificate.end().isAfter(clock.instant())) {
            return Optional.of(mode.denial(ENDED));
        }
        for (Entry entry : allow) {
            if (entry.pattern().allows(certificate)) {
                return Optional.of(new Verdict.Allowed(entry.rule()));
            }
        }
        return allow.isEmpty() ? Optional.empty() : Optional.of(mode.denial(UNLISTED));
    }
}
