package io.countersign.proxy.admission;

import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.local.ScopeResponses;
import io.countersign.proxy.route.Route;
import java.util.Optional;
import java.util.Set;

/** Refuses what is for a bucket that the route does not name, by the target in the form in which it is sent. */
final class BucketCheck {
    private static final String COPY_SOURCE = "x-amz-copy-source";

    /** In the query of a presigned URL S3 takes such for fields, and these are what the rules go by. */
    private static final Set<String> FIELDS =
            Set.of(COPY_SOURCE, "x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner");

    private BucketCheck() {}

    static Optional<LocalResponse> refusal(Head head, Route route) {
        if (route.config().conditions().buckets().areNone()) {
            return Optional.empty();
        }
        if (PresignedQuery.names(head.target(), FIELDS)) {
            return Optional.of(LocalResponses.malformed(
                    "the query names a field that says which bucket is meant; send it as a field"));
        }
        return route.otherBucket(head.target().path(), head.fields().getAll(COPY_SOURCE))
                .map(ScopeResponses::otherBucket);
    }
}
