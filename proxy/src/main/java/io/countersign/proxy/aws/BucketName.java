package io.countersign.proxy.aws;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the bucket that a request to S3 is about: in the host's name (virtual-hosted style) or first in the path (path style).
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html">Virtual hosting of buckets</a>
 */
public final class BucketName {
    /** What stands before S3's own part in the name of a VPC endpoint for buckets. */
    private static final Pattern ENDPOINT = Pattern.compile("(?:(.+)\\.)?bucket\\.vpce-[^.]+");

    private BucketName() {}

    /**
     * The bucket in a host's name; empty where the path says it. Whatever else a host may name, such as an access point, has the kind of host
     * in front of it, so that it is never taken for a bucket of the same name.
     */
    public static Optional<String> inHost(String host) {
        Optional<HostName> parts = HostName.of(host.toLowerCase(Locale.ROOT));
        return parts.flatMap(name -> AwsServices.all().stream()
                .filter(AwsService::isS3)
                .flatMap(service -> service.hosts().stream())
                .filter(shape -> shape.matches(name))
                .findFirst()
                .flatMap(shape -> shape.name(name).flatMap(bucket -> name(shape.template(), bucket))));
    }

    private static Optional<String> name(String template, String name) {
        if (template.contains(".vpce.")) {
            Matcher endpoint = ENDPOINT.matcher(name);
            return endpoint.matches() ? Optional.ofNullable(endpoint.group(1)) : Optional.of("vpce/" + name);
        }
        String kind = template.split("\\.", -1)[1];
        return Optional.of(kind.equals("s3") || kind.equals("s3-{region}") ? name : kind + "/" + name);
    }

    /**
     * The bucket of a request; empty for one that names none, as the one that lists all buckets.
     *
     * @param path as it is sent; a name with escapes in it stays as it is, which makes it the name of no bucket
     */
    public static Optional<String> of(String host, String path) {
        return inHost(host).or(() -> first(path.substring(1)));
    }

    /** The bucket in the value of {@code x-amz-copy-source}: {@code /bucket/key} or {@code bucket/key}. */
    public static String ofCopySource(String value) {
        return first(value.startsWith("/") ? value.substring(1) : value).orElse("");
    }

    private static Optional<String> first(String path) {
        int end = path.indexOf('/');
        return path.isEmpty() ? Optional.empty() : Optional.of(end < 0 ? path : path.substring(0, end));
    }
}
