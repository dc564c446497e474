package io.countersign.proxy.admission;

import io.countersign.proxy.local.LocalResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Checks in their order, listed once: a chain of {@link Optional#or} would make an object of each for each request.
 *
 * @param inOrder each returns why the request is refused, or nothing
 */
record Checks<T>(List<Function<T, Optional<LocalResponse>>> inOrder) {
    /** What the first that refuses says; those after it are not asked. */
    Optional<LocalResponse> refusal(T request) {
        for (Function<T, Optional<LocalResponse>> check : inOrder) {
            Optional<LocalResponse> refusal = check.apply(request);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }
}
