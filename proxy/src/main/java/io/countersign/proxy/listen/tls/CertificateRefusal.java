package io.countersign.proxy.listen.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/** Why a certificate is refused, besides its path. */
final class CertificateRefusal extends CertificateException {
    private static final long serialVersionUID = 1;

    private final TlsFailure failure;

    CertificateRefusal(TlsFailure failure, X509Certificate certificate) {
        super(certificate.getSubjectX500Principal() + ", serial number "
                + certificate.getSerialNumber().toString(16) + ", issued by "
                + certificate.getIssuerX500Principal());
        this.failure = failure;
    }

    TlsFailure failure() {
        return failure;
    }
}
