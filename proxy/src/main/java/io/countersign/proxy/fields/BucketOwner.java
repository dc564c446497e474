package io.countersign.proxy.fields;

import io.countersign.proxy.route.RouteConfig;
import io.countersign.sigv4.Header;
import java.util.List;
import java.util.Optional;

/**
 * The fields by which S3 is asked to refuse a bucket of another account than the route's {@code expected-bucket-owner}: of the bucket
 * that a request is for, and of the one that it copies from.
 */
final class BucketOwner {
    private static final String EXPECTED = "x-amz-expected-bucket-owner";
    private static final String EXPECTED_OF_SOURCE = "x-amz-source-expected-bucket-owner";
    private static final String COPY_SOURCE = "x-amz-copy-source";

    private BucketOwner() {}

    /** Whether a client's field gives way to the route's. */
    static boolean replaces(RouteConfig route, String name) {
        return owner(route).isPresent()
                && (name.equalsIgnoreCase(EXPECTED) || name.equalsIgnoreCase(EXPECTED_OF_SOURCE));
    }

    /** @param fields that are sent besides */
    static void add(RouteConfig route, List<Header> fields) {
        owner(route).ifPresent(owner -> {
            boolean copies = fields.stream().anyMatch(field -> field.name().equalsIgnoreCase(COPY_SOURCE));
            fields.add(new Header(EXPECTED, owner));
            if (copies) {
                fields.add(new Header(EXPECTED_OF_SOURCE, owner));
            }
        });
    }

    private static Optional<String> owner(RouteConfig route) {
        return route.conditions().buckets().owner();
    }
}
