package io.countersign.proxy.aws;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Everything that is particular to one service. {@link AwsServices} has one for each; docs/SERVICES.md has the same with the
 * sources.
 *
 * @param name in the credential scope
 * @param hosts under which it is reached; empty when its hosts can't be signed for here
 * @param preset how it wants requests signed, and what it limits itself
 * @param overLimit what its error type, a colon and its message say about a limit that waiting doesn't lift, in lower case
 * @param permissions what an identity must be allowed to do
 */
public record AwsService(
        String name,
        Set<Trait> traits,
        List<HostShape> hosts,
        Preset preset,
        List<Pattern> overLimit,
        PermissionRule permissions) {

    /** What only some services do. */
    public enum Trait {
        /**
         * Somebody's application writes the responses that pass the service's own checks, and may say anything: only AWS's
         * own header, or a bare message, is AWS's word. Elsewhere there is no application, so the message's wording decides
         * where no error type does.
         */
        HOSTS_APPLICATIONS,
        /** Agents write telemetry to it, which they drop when it is refused. */
        TAKES_TELEMETRY,
        /** It rejects requests in plain text, without a header that names the error type. */
        REJECTS_IN_TEXT,
        /** Bodies in chunks of S3's own framing, {@code aws-chunked}. */
        TAKES_AWS_CHUNKED,
        /** S3's own protocol: no chunked bodies, presigned URLs that never cover the body, errors in XML. */
        SPEAKS_S3,
        /** It refuses requests without {@code x-amz-content-sha256}. */
        DEMANDS_CONTENT_HASH,
        /** The limit on bodies is a quota that nobody gets raised; others have grown in the past. */
        FIXED_BODY_QUOTA,
        /** The path of a host that it names begins with a stage. */
        STAGE_IN_PATH
    }

    public AwsService {
        traits = Collections.unmodifiableSet(traits.isEmpty() ? EnumSet.noneOf(Trait.class) : EnumSet.copyOf(traits));
        hosts = List.copyOf(hosts);
        overLimit = List.copyOf(overLimit);
    }

    public boolean is(Trait trait) {
        return traits.contains(trait);
    }

    /**
     * The one host under which it is reached in a region: {@code dynamodb.us-east-1.amazonaws.com}. Empty where hosts name an API, a
     * domain or an account, and where it has several.
     */
    public Optional<String> regionalHost(String region) {
        List<String> regional =
                hosts.stream().flatMap(shape -> shape.regional(region).stream()).toList();
        return regional.size() == 1 ? Optional.of(regional.get(0)) : Optional.empty();
    }

    /** Whether somebody's application answers after it. */
    public boolean hostsApplications() {
        return is(Trait.HOSTS_APPLICATIONS);
    }

    /** Whether agents write telemetry to it. */
    public boolean takesTelemetry() {
        return is(Trait.TAKES_TELEMETRY);
    }

    /**
     * Whether requests of this service are S3's. A name that merely begins with "s3" says nothing: s3tables and s3vectors are
     * ordinary JSON services.
     */
    public boolean isS3() {
        return is(Trait.SPEAKS_S3);
    }

    /** Whether it takes bodies in {@code aws-chunked} form. */
    public boolean takesAwsChunked() {
        return is(Trait.TAKES_AWS_CHUNKED);
    }

    /** A row of the table, from the parts that differ from what is usual. */
    static final class Row {
        private final String name;
        private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
        private final List<HostShape> hosts = new ArrayList<>();
        private final List<Pattern> overLimit = new ArrayList<>();
        private Signing signing = Signing.USUAL;
        private Limits limits = Limits.NONE;
        private PermissionRule permissions;

        Row(String name) {
            this.name = name;
            this.permissions = PermissionRule.unknown(name);
        }

        /** Hosts by templates. */
        Row at(String... templates) {
            Stream.of(templates).map(HostShape::of).forEach(hosts::add);
            return this;
        }

        /** One host for each region, as most services have it. */
        Row atPlain(String label) {
            return at(label + ".{region}.{aws}", label + ".{region}.{dual}", "*." + label + ".{region}.vpce.{aws}");
        }

        Row with(Trait... more) {
            traits.addAll(List.of(more));
            return this;
        }

        Row signed(Signing how) {
            signing = how;
            return this;
        }

        Row limited(Limits by) {
            limits = by;
            return this;
        }

        /** Patterns of what it says about limits that waiting doesn't lift. */
        Row overLimit(String... patterns) {
            Stream.of(patterns).map(Pattern::compile).forEach(overLimit::add);
            return this;
        }

        Row needs(PermissionRule rule) {
            permissions = rule;
            return this;
        }

        AwsService build() {
            Preset preset = new Preset(
                    name,
                    signing.pathStyle(),
                    signing.payloads(),
                    signing.headers(),
                    limits.head(),
                    limits.body(),
                    limits.patience());
            return new AwsService(name, traits, hosts, preset, overLimit, permissions);
        }
    }
}
