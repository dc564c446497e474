package io.countersign.proxy.aws;

import static io.countersign.proxy.aws.AwsService.Behind.APPLICATION;
import static io.countersign.proxy.aws.AwsService.Behind.SERVICE;
import static io.countersign.proxy.aws.AwsService.Telemetry.NONE;
import static io.countersign.proxy.aws.AwsService.Telemetry.WRITES;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How one service answers when something is wrong, as far as that decides what an agent is told. docs/SERVICES.md has the
 * same table with the sources.
 *
 * @param name in the credential scope
 * @param behind who writes the responses that pass the service's own checks
 * @param telemetry whether agents write telemetry to it, which they drop when told that it was refused
 * @param overLimit what its error type, a colon and its message say of a limit that waiting doesn't lift, in lower case
 */
public record AwsService(String name, Behind behind, Telemetry telemetry, List<Pattern> overLimit) {

    /** Who answers once the service's own checks have passed. */
    public enum Behind {
        /** Somebody's application, which may say anything: only AWS's own header, or a bare message, is AWS's word. */
        APPLICATION,
        /** The service itself: no application, so the message's wording decides where no error type does. */
        SERVICE
    }

    /** What agents do with it. */
    public enum Telemetry {
        WRITES,
        NONE
    }

    /**
     * "Active series", "metrics with metadata", "labels" and such of Amazon Managed Service for Prometheus: said with 429 or
     * 400, like a rate limit. Names as in "Service quotas" of its User Guide, and in Cortex, which it is built on.
     */
    private static final List<Pattern> SERIES_LIMITS = Stream.of(
                    "per-(?:user|metric|tenant|workspace|labelset) (?:series|metadata|metric)\\b.{0,40}\\blimit",
                    "(?:active )?(?:series|metrics? with metadata|metadata) (?:per (?:workspace|metric(?: name)?) )?(?:limit|quota)",
                    "(?:limit|quota) (?:of|for) (?:active )?(?:series|metadata)",
                    "too many (?:labels|ha clusters|metadata)",
                    "(?:label (?:name|value)|metric name) too long",
                    "label set (?:size|too large)")
            .map(Pattern::compile)
            .toList();

    /** An index that can't be created any more, so that nothing gets into it. */
    private static final List<Pattern> SHARDS = List.of(Pattern.compile("maximum (?:normal )?shards open"));

    /** The units of capacity that a collection may grow to; 402, and it may yet grow. */
    private static final List<Pattern> CAPACITY = List.of(Pattern.compile("maximum ocu capacity reached"));

    /** Too many log groups or streams in the account. The SDKs take this type for throttling, which here it isn't. */
    private static final List<Pattern> RESOURCES = List.of(Pattern.compile("^limitexceededexception:"));

    private static final List<Pattern> NO_LIMITS = List.of();

    private static final Set<AwsService> ROWS = Set.of(
            new AwsService("execute-api", APPLICATION, WRITES, NO_LIMITS),
            new AwsService("lambda", APPLICATION, WRITES, NO_LIMITS),
            new AwsService("vpc-lattice-svcs", APPLICATION, WRITES, NO_LIMITS),
            new AwsService("aps", SERVICE, WRITES, SERIES_LIMITS),
            new AwsService("es", SERVICE, WRITES, SHARDS),
            new AwsService("aoss", SERVICE, WRITES, CAPACITY),
            new AwsService("osis", SERVICE, WRITES, NO_LIMITS),
            new AwsService("logs", SERVICE, WRITES, RESOURCES),
            new AwsService("xray", SERVICE, WRITES, NO_LIMITS),
            new AwsService("monitoring", SERVICE, WRITES, NO_LIMITS),
            new AwsService("kinesis", SERVICE, WRITES, NO_LIMITS),
            new AwsService("s3", SERVICE, NONE, NO_LIMITS),
            new AwsService("s3-object-lambda", SERVICE, NONE, NO_LIMITS),
            new AwsService("s3-outposts", SERVICE, NONE, NO_LIMITS),
            new AwsService("neptune-db", SERVICE, NONE, NO_LIMITS),
            new AwsService("dynamodb", SERVICE, NONE, NO_LIMITS),
            new AwsService("sqs", SERVICE, NONE, NO_LIMITS),
            new AwsService("appsync", SERVICE, NONE, NO_LIMITS),
            new AwsService("bedrock", SERVICE, NONE, NO_LIMITS),
            new AwsService("sts", SERVICE, NONE, NO_LIMITS));

    private static final Map<String, AwsService> BY_NAME =
            ROWS.stream().collect(Collectors.toUnmodifiableMap(AwsService::name, Function.identity()));

    public AwsService {
        overLimit = List.copyOf(overLimit);
    }

    /** The service's row; for one that has none, that of a service that nothing more is known of. */
    public static AwsService of(String name) {
        AwsService known = BY_NAME.get(name);
        return known == null ? new AwsService(name, SERVICE, NONE, NO_LIMITS) : known;
    }

    /** Whether there is a row for it. */
    public static boolean isKnown(String name) {
        return BY_NAME.containsKey(name);
    }

    /** Names of all rows. */
    public static Set<String> names() {
        return BY_NAME.keySet();
    }

    /** Whether somebody's application answers behind it. */
    public boolean hostsApplications() {
        return behind == APPLICATION;
    }

    /** Whether agents write telemetry to it. */
    public boolean takesTelemetry() {
        return telemetry == WRITES;
    }
}
