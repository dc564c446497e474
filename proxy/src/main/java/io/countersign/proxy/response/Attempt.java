package io.countersign.proxy.response;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.signing.SignatureForm;
import io.countersign.proxy.signing.Signers;
import io.countersign.proxy.signing.UnsignedRequest;
import io.countersign.proxy.upstream.UpstreamStream;
import io.countersign.sigv4.Explanation;
import java.time.Instant;
import java.util.Optional;

/**
 * One attempt to send a request.
 *
 * @param pooled whether its connection was idle before
 * @param signed empty on a route that does not sign
 */
public record Attempt(UpstreamStream stream, boolean pooled, Optional<Signed> signed) {

    /**
     * What it was signed with.
     *
     * @param at the time in the signature
     */
    public record Signed(Credentials.Usable credentials, Instant at, SignatureForm form, UnsignedRequest request) {

        /** What the signature was computed from. It can be asked on any thread, and costs a signature. */
        Explanation explanation() {
            return form.explain(new Signers(), request, credentials.value(), at);
        }

        /** May hold secrets. */
        @Override
        public String toString() {
            return "Signed[" + at + "]";
        }
    }
}
