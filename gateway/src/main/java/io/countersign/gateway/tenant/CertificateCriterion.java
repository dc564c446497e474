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
        return caller.knownBy() != Caller.KnownBy.FORWARDED
                && caller.certificate()
                        .filter(shown -> patterns.stream().anyMatch(pattern -> pattern.allows(shown)))
                        .isPresent();
    }

    @Override
    public Optional<String> common(Criterion other) {
        return other instanceof CertificateCriterion certificates
                ? patterns.stream()
                        .filter(mine -> certificates.patterns.stream()
                                .anyMatch(theirs -> mine.covers(theirs) || theirs.covers(mine)))
                        .findFirst()
                        .map(pattern -> "certificates of " + pattern.text())
                : Optional.empty();
    }
}
