package io.countersign.proxy.signing;

import io.countersign.sigv4.Header;
import io.countersign.sigv4.SigningRequest;
import java.util.List;

/**
 * What a signature is made of.
 *
 * @param signed the fields that it covers besides those of its own; Host among them
 * @param payloadHash 64 lower-case hex digits, or {@code UNSIGNED-PAYLOAD}, or the form of a payload in chunks
 */
public record UnsignedRequest(String method, WireTarget target, List<Header> signed, String payloadHash) {
    SigningRequest toSign() {
        return new SigningRequest(method, target.path(), target.query(), signed, payloadHash);
    }

    /** Fields may hold secrets. */
    @Override
    public String toString() {
        return method + " " + target;
    }
}
