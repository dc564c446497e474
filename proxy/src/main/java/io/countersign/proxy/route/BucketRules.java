package io.countersign.proxy.route;

import io.countersign.proxy.aws.BucketName;
import io.countersign.proxy.secrets.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * To which buckets of S3 a route sends: bucket names are the whole world's, so whoever chooses one may choose a stranger's.
 *
 * @param names of the only ones; empty: no name is refused
 * @param owner number of the account that must own a bucket, which S3 checks
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html">Verifying bucket ownership with
 *     bucket owner condition</a>
 */
public record BucketRules(Optional<Set<String>> names, Optional<String> owner) {
    /** All buckets. */
    public static final BucketRules NONE = new BucketRules(Optional.empty(), Optional.empty());

    private static final String NOT_LISTED = ", which is none of those in the route's buckets";

    public BucketRules {
        names = names.map(Set::copyOf);
    }

    /**
     * Why a request may not be sent, as a clause; empty where it may.
     *
     * @param path as it is sent
     * @param copySources values of {@code x-amz-copy-source}, which name the bucket that an object is copied from
     */
    public Optional<String> refusal(String host, String path, List<String> copySources) {
        if (names.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> bucket = BucketName.of(host, path);
        if (bucket.isEmpty()) {
            return Optional.of("it names no bucket, and the route sends to those in its buckets alone");
        }
        if (!isListed(bucket.get())) {
            return Optional.of("it is for the bucket " + Quoted.of(bucket.get()) + NOT_LISTED);
        }
        return copySources.stream()
                .map(BucketName::ofCopySource)
                .filter(source -> !isListed(source))
                .findFirst()
                .map(source -> "it copies from the bucket " + Quoted.of(source) + NOT_LISTED);
    }

    private boolean isListed(String bucket) {
        return names.filter(listed -> listed.contains(bucket)).isPresent();
    }

    /** Whether they refuse nothing and have S3 refuse nothing. */
    public boolean areNone() {
        return names.isEmpty() && owner.isEmpty();
    }
}
