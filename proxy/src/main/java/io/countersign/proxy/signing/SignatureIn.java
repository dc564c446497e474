package io.countersign.proxy.signing;

import java.time.Duration;

/** Where a request's signature goes, the values of {@code signature-in}. */
public sealed interface SignatureIn {

    /** In the {@code Authorization} field. */
    record Headers() implements SignatureIn {}

    /**
     * In the query, as a presigned URL has it.
     *
     * @param expires how long that URL is good for; whole seconds
     */
    record Query(Duration expires) implements SignatureIn {}
}
