package io.countersign.proxy.config;

import static io.countersign.proxy.config.PayloadMode.SIGNED;
import static io.countersign.proxy.config.PayloadMode.UNSIGNED;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import io.countersign.sigv4.PathStyle;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is particular to a service: how it wants requests signed, and what it bounds itself. A route's own keys go before
 * it, and it before the defaults of all routes. docs/SERVICES.md names the page behind each number.
 *
 * @param service name in the credential scope
 * @param pathStyle how the path stands in the canonical request
 * @param payloads the modes that the service takes; the first unless the route says otherwise
 * @param signedHeaders lower-case names signed besides those that always are
 * @param maxHead octets of request line and fields with the signature; 0: no limit known
 * @param maxBody octets of one request; 0: no limit known
 * @param patience where the usual times are too short
 */
public record Preset(
        String service,
        PathStyle pathStyle,
        List<PayloadMode> payloads,
        List<String> signedHeaders,
        int maxHead,
        long maxBody,
        Patience patience) {

    /**
     * Times that differ from the usual ones.
     *
     * @param exchange until the head of the answer
     * @param upload the same with a body that streams
     * @param responseIdle silence within the answer
     */
    public record Patience(Optional<Duration> exchange, Optional<Duration> upload, Optional<Duration> responseIdle) {
        private static final Patience USUAL = new Patience(Optional.empty(), Optional.empty(), Optional.empty());

        private static Patience answering(Duration exchange) {
            return new Patience(Optional.of(exchange), Optional.empty(), Optional.of(exchange));
        }

        private static Patience uploading(Duration upload) {
            return new Patience(Optional.empty(), Optional.of(upload), Optional.empty());
        }
    }

    private static final Patience USUAL = Patience.USUAL;
    private static final PathStyle TWICE = PathStyle.AWS;
    private static final PathStyle AS_SENT = PathStyle.S3;

    private static final List<PayloadMode> HASHED = List.of(SIGNED);
    private static final List<PayloadMode> EITHER = List.of(SIGNED, UNSIGNED);
    private static final List<PayloadMode> STREAMED = List.of(UNSIGNED);

    private static final List<String> NONE = List.of();
    /** Which group and stream a request's logs end up in is worth a signature. */
    private static final List<String> GROUP_AND_STREAM = List.of("x-aws-log-group", "x-aws-log-stream");
    /** Ties a body to a signature that does not hold its hash. */
    private static final List<String> MD5 = List.of("content-md5");

    private static final Set<String> S3 = Set.of("s3", "s3-object-lambda", "s3-outposts", "s3express");

    private static final long MIB = 1 << 20;

    private static final Map<String, Preset> TABLE = Stream.of(
                    new Preset("execute-api", TWICE, HASHED, NONE, 10_240, 10 * MIB, USUAL),
                    new Preset("aps", TWICE, HASHED, NONE, 0, 0, USUAL),
                    new Preset("es", TWICE, HASHED, NONE, 0, 0, USUAL),
                    new Preset("aoss", TWICE, HASHED, NONE, 0, 0, USUAL),
                    new Preset("logs", TWICE, HASHED, GROUP_AND_STREAM, 0, 0, USUAL),
                    new Preset("xray", TWICE, HASHED, NONE, 0, 5 * MIB, USUAL),
                    new Preset("monitoring", TWICE, HASHED, NONE, 0, 0, USUAL),
                    new Preset("lambda", TWICE, HASHED, NONE, 0, 6 * MIB, Patience.answering(Duration.ofMinutes(15))),
                    new Preset("s3", AS_SENT, EITHER, MD5, 0, 5120 * MIB, Patience.uploading(Duration.ofHours(1))),
                    new Preset("s3-object-lambda", AS_SENT, HASHED, NONE, 0, 0, USUAL),
                    new Preset("s3-outposts", AS_SENT, HASHED, NONE, 0, 0, USUAL),
                    new Preset("vpc-lattice-svcs", TWICE, STREAMED, NONE, 0, 0, USUAL),
                    new Preset("bedrock", TWICE, HASHED, NONE, 0, 25_000_000, Patience.answering(Duration.ofHours(1))),
                    new Preset("dynamodb", TWICE, HASHED, NONE, 0, 0, USUAL),
                    new Preset("sqs", TWICE, HASHED, NONE, 0, 0, USUAL),
                    new Preset("sts", TWICE, HASHED, NONE, 0, 0, USUAL))
            .collect(Collectors.toUnmodifiableMap(Preset::service, Function.identity()));

    public Preset {
        payloads = List.copyOf(payloads);
        signedHeaders = List.copyOf(signedHeaders);
    }

    /** The service's own, or one that fixes no more than SigV4 does for services in general. */
    public static Preset of(String service) {
        Preset known = TABLE.get(service);
        return known == null ? new Preset(service, TWICE, HASHED, NONE, 0, 0, USUAL) : known;
    }

    /** Whether the service has a preset of its own. */
    public static boolean isKnown(String service) {
        return TABLE.containsKey(service);
    }

    /**
     * Whether requests of this service are S3's: no chunked bodies, and presigned URLs that never cover the body. A name that
     * merely begins with "s3" says nothing: s3tables and s3vectors are ordinary JSON services.
     */
    public static boolean isS3(String service) {
        return S3.contains(service);
    }

    /** Names of the services that take this mode, sorted. */
    static List<String> taking(PayloadMode payload) {
        return TABLE.values().stream()
                .filter(preset -> preset.payloads.contains(payload))
                .map(Preset::service)
                .sorted()
                .toList();
    }

    /** How long a body may be that the route says nothing of. */
    long body(PayloadMode payload, long usual) {
        if (maxBody == 0) {
            return usual;
        }
        return payload == UNSIGNED ? maxBody : Math.min(usual, maxBody);
    }

    /** As settings of a route, to lie below its own. */
    ConfigObject settings(PayloadMode payload) {
        Map<String, Object> times = new HashMap<>();
        Optional<Duration> exchange = payload == UNSIGNED ? patience.upload() : patience.exchange();
        exchange.ifPresent(longest -> times.put("request", Units.text(longest)));
        patience.responseIdle().ifPresent(longest -> times.put("response-idle", Units.text(longest)));
        return ConfigValueFactory.fromMap(
                Map.of("signed-headers", signedHeaders, "timeouts", times), "the preset for " + service);
    }
}
