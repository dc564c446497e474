package io.countersign.cli.sign;

import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.PayloadMode;
import io.countersign.sigv4.PathStyle;
import io.countersign.sigv4.SignatureAlgorithm;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How to sign: the options that {@code sign} and {@code send} share. */
public final class SigningOptions {
    /** Which signature. */
    public enum Algorithm {
        v4(SignatureAlgorithm.V4),
        v4a(SignatureAlgorithm.V4A);

        private final SignatureAlgorithm signs;

        Algorithm(SignatureAlgorithm signs) {
            this.signs = signs;
        }
    }

    /** Where the signature goes. */
    public enum Place {
        header,
        query
    }

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "Service of the credential scope; else the one that the host shows.")
    Optional<String> service = Optional.empty();

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "Region of the scope; else the one that the host shows, else AWS_REGION.")
    Optional<String> region = Optional.empty();

    @Option(
            names = "--algorithm",
            paramLabel = "WHICH",
            defaultValue = "v4",
            description = "${COMPLETION-CANDIDATES}: valid in one region, or in several (default: ${DEFAULT-VALUE}).")
    private Algorithm algorithm;

    @Option(
            names = "--region-set",
            paramLabel = "LIST",
            description =
                    "With --algorithm v4a: where the signature is valid, such as us-east-1,eu-west-1 or us-* or *; else"
                            + " the host's region, * for a host of several, AWS_REGION.")
    Optional<String> regionSet = Optional.empty();

    @Option(
            names = "--time",
            paramLabel = "INSTANT",
            converter = InstantConverter.class,
            description = "Sign as of 2015-08-30T12:36:00Z; else the message's X-Amz-Date, else now.")
    Optional<Instant> time = Optional.empty();

    @Option(
            names = "--in",
            paramLabel = "PLACE",
            defaultValue = "header",
            description = "Where the signature goes: ${COMPLETION-CANDIDATES} (a presigned URL).")
    Place place;

    @Option(
            names = "--expires",
            paramLabel = "SECONDS",
            defaultValue = "3600",
            description = "With --in query: how long the URL is good, 1 to 604800 (default: ${DEFAULT-VALUE}).")
    private int expires;

    @Option(names = "--no-normalize", description = "Sign dot and empty segments of the path as they are, as S3 does.")
    private boolean noNormalize;

    @Option(names = "--single-encode", description = "Sign the path as sent, not encoded once more, as S3 does.")
    private boolean singleEncode;

    @Option(
            names = "--sign-body",
            description =
                    "Send and sign x-amz-content-sha256, as is always done for S3, aoss and vpc-lattice-svcs. With"
                            + " --in query nothing is added: for s3 the body's hash is signed in place of UNSIGNED-PAYLOAD.")
    private boolean signBody;

    @Option(
            names = "--unsigned-payload",
            description = "Sign UNSIGNED-PAYLOAD in place of the body's hash, as is always done for vpc-lattice-svcs.")
    private boolean unsignedPayload;

    @Option(names = "--omit-session-token", description = "Add the session token after signing.")
    boolean omitSessionToken;

    @Option(
            names = "--sign-all-headers",
            description = "Sign every header but Authorization, Connection, Expect, Transfer-Encoding, User-Agent and"
                    + " X-Amzn-Trace-Id; else Host, Content-Type and X-Amz-*.")
    boolean signAllHeaders;

    SignatureAlgorithm algorithm() {
        return algorithm.signs;
    }

    boolean isAsymmetric() {
        return algorithm == Algorithm.v4a;
    }

    public boolean inQuery() {
        return place == Place.query;
    }

    Duration expires() {
        return Duration.ofSeconds(expires);
    }

    PathStyle pathStyle(String forService) {
        PathStyle usual = AwsServices.of(forService).preset().pathStyle();
        return new PathStyle(usual.normalize() && !noNormalize, usual.doubleEncode() && !singleEncode);
    }

    /** Never in the query: who opens the URL would have to send it. */
    boolean contentSha256Header(String forService) {
        return place == Place.header
                && (signBody
                        || unsignedPayload
                        || AwsServices.of(forService).is(AwsService.Trait.DEMANDS_CONTENT_HASH));
    }

    /** As asked for, else as the service wants it; S3 takes nothing else in a presigned URL, whose body is not known yet. */
    boolean unsignedPayload(String forService) {
        boolean usual = AwsServices.of(forService).preset().payloads().get(0) == PayloadMode.UNSIGNED
                || (place == Place.query && AwsServices.of(forService).isS3());
        return unsignedPayload || (usual && !signBody);
    }

    /** ISO 8601, in UTC. */
    static final class InstantConverter implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new TypeConversionException(
                        "'" + text + "' is not an instant; it must look like 2015-08-30T12:36:00Z");
            }
        }
    }
}
