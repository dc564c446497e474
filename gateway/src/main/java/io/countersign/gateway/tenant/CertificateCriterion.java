package io.countersign.gateway.tenant;

import io.countersign.proxy.access.CertificatePattern;
import io.countersign.proxy.caller.Caller;
import java.util.List;
import java.util.Optional;

/** Callers by their certificate. Behind a trusted proxy the connection's is the proxy's, so it tells nothing of the caller. */
record CertificateCriterion(List<CertificatePattern> patterns) implements Criterion {
    CertificateCriterion {
        patterns = List.copyOf(patterns);
    }

    @Override
    public Kind kind() {
        return Kind.CERTIFICATE;
    }

    @Override
    public boolean fits(Caller caller) {
        return caller.ownCertificate()
                .filter(shown -> patterns.stream().anyMatch(pattern -> pattern.allows(shown)))
                .isPresent();
    }

    /** Of several DNS names a certificate may have one of each tenant's; that is not warned of, since most tenants have such a name. */
    @Override
    public Optional<Common> common(Criterion other) {
        if (!(other instanceof CertificateCriterion certificates)) {
            return Optional.empty();
        }
        Optional<Common> possible = Optional.empty();
        for (CertificatePattern mine : patterns) {
            for (CertificatePattern theirs : certificates.patterns) {
                if (mine.meets(theirs)) {
                    return Optional.of(Common.certainly("certificates of " + mine.text()));
                }
                if (mine.kind() != theirs.kind()) {
                    possible = Optional.of(new Common(
                            "certificates, and one may be for " + theirs.text() + " and " + mine.text() + " at once",
                            false));
                }
            }
        }
        return possible;
    }
}
