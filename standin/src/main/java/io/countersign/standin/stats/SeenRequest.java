package io.countersign.standin.stats;

import io.countersign.standin.verify.SignatureParts;
import java.time.Instant;
import java.util.Optional;

/**
 * A request as it was seen and judged.
 *
 * @param head its raw head, bytes as ISO-8859-1 characters; session token and all, since tests compare bytes
 * @param verdict {@code verified}, {@code open}, or the type and message of what turned it away
 * @param status of the answer that was decided on
 */
public record SeenRequest(
        Instant time, String head, long bodyBytes, String verdict, int status, Optional<SignatureParts> parts) {}
