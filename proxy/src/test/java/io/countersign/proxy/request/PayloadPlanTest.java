package io.countersign.proxy.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.fields.AwsChunked;
import io.countersign.proxy.fields.RequestFields;
import io.countersign.proxy.signing.SignatureIn;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.signing.SigningScope;
import io.countersign.sigv4.PathStyle;
import io.countersign.sigv4.PayloadHash;
import io.countersign.sigv4.StreamingPayload;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which bodies are collected and which stream, for each kind of route. */
class PayloadPlanTest {
    private static final String HASH = "0123456789abcdef".repeat(4);
    private static final PayloadPlan COLLECT_AND_HASH = new PayloadPlan.Collect(null);
    private static final PayloadPlan COLLECT_UNSIGNED = new PayloadPlan.Collect("UNSIGNED-PAYLOAD");
    private static final PayloadPlan STREAM_UNSIGNED = new PayloadPlan.Stream("UNSIGNED-PAYLOAD", false);
    private static final PayloadPlan NOTHING = new PayloadPlan.Collect(PayloadHash.EMPTY);

    private final HttpHeaders none = new DefaultHttpHeaders();

    @Test
    void collectsWhereItDoesNotSign() {
        assertEquals(NOTHING, PayloadPlan.of(5, announcing(HASH), Optional.empty()));
    }

    @Test
    void hashesByDefault() {
        assertEquals(COLLECT_AND_HASH, PayloadPlan.of(5, none, signed("execute-api")));
        assertEquals(COLLECT_AND_HASH, PayloadPlan.of(-1, none, signed("s3")));
        assertEquals(NOTHING, PayloadPlan.of(0, none, signed("s3")));
    }

    @Test
    void streamsUnderAnAnnouncedHash() {
        assertEquals(new PayloadPlan.Stream(HASH, true), PayloadPlan.of(1, announcing(HASH), signed("s3")));
        String upper = HASH.toUpperCase(java.util.Locale.ROOT);
        assertEquals(new PayloadPlan.Stream(HASH, true), PayloadPlan.of(1, announcing(upper), signed("execute-api")));
        assertEquals(NOTHING, PayloadPlan.of(0, announcing(HASH), signed("s3")));
        assertEquals(COLLECT_AND_HASH, PayloadPlan.of(-1, announcing(HASH), signed("s3")));
    }

    @Test
    void doesNotTakeAnythingElseForAHash() {
        for (String other :
                new String[] {"", HASH + "0", HASH.substring(1), "g" + HASH.substring(1), "UNSIGNED-PAYLOAD"}) {
            assertEquals(COLLECT_AND_HASH, PayloadPlan.of(5, announcing(other), signed("s3")), other);
        }
        HttpHeaders two = announcing(HASH).add(RequestFields.PAYLOAD_HASH, HASH);
        assertEquals(COLLECT_AND_HASH, PayloadPlan.of(5, two, signed("s3")));
    }

    /** In any route that signs: the frames say for themselves how they are signed. */
    @Test
    void streamsFramesOfS3() {
        HttpHeaders frames = announcing("STREAMING-AWS4-HMAC-SHA256-PAYLOAD").add("x-amz-decoded-content-length", 5);
        PayloadPlan framed = new PayloadPlan.Framed(new AwsChunked.Framed(StreamingPayload.SIGNED, 5, List.of()));
        assertEquals(framed, PayloadPlan.of(200, frames, signed("s3")));
        assertEquals(framed, PayloadPlan.of(-1, frames, signed("s3")));
        assertEquals(framed, PayloadPlan.of(-1, frames, unsigned("s3")));
        assertEquals(NOTHING, PayloadPlan.of(200, frames, Optional.empty()));
    }

    @Test
    void streamsWhatIsUnsigned() {
        assertEquals(STREAM_UNSIGNED, PayloadPlan.of(5, announcing(HASH), unsigned("s3")));
        assertEquals(STREAM_UNSIGNED, PayloadPlan.of(-1, none, unsigned("vpc-lattice-svcs")));
        assertEquals(COLLECT_UNSIGNED, PayloadPlan.of(0, none, unsigned("vpc-lattice-svcs")));
        assertEquals(COLLECT_UNSIGNED, PayloadPlan.of(-1, none, unsigned("s3")), "S3 takes no chunks");
    }

    @Test
    void everyServiceOfS3sFamilyIsTreatedAsS3AndNoOtherOfThatBeginning() {
        for (String service : new String[] {"s3", "s3-object-lambda", "s3-outposts", "s3express"}) {
            assertEquals(STREAM_UNSIGNED, PayloadPlan.of(5, none, inQuery(service)), service);
            assertEquals(COLLECT_UNSIGNED, PayloadPlan.of(-1, none, unsigned(service)), service);
        }
        for (String service : new String[] {"s3tables", "s3vectors"}) {
            assertEquals(COLLECT_AND_HASH, PayloadPlan.of(5, none, inQuery(service)), service);
            assertEquals(STREAM_UNSIGNED, PayloadPlan.of(-1, none, unsigned(service)), service);
        }
    }

    @Test
    void aPresignedUrlCoversTheBodyEverywhereButAtS3() {
        assertEquals(STREAM_UNSIGNED, PayloadPlan.of(5, none, inQuery("s3")));
        assertEquals(COLLECT_AND_HASH, PayloadPlan.of(5, none, inQuery("execute-api")));
    }

    private static HttpHeaders announcing(String hash) {
        return new DefaultHttpHeaders().add(RequestFields.PAYLOAD_HASH, hash);
    }

    private static Optional<SigningConfig> signed(String service) {
        return signing(service, PayloadMode.SIGNED, false);
    }

    private static Optional<SigningConfig> unsigned(String service) {
        return signing(service, PayloadMode.UNSIGNED, false);
    }

    private static Optional<SigningConfig> inQuery(String service) {
        return signing(service, PayloadMode.SIGNED, true);
    }

    private static Optional<SigningConfig> signing(String service, PayloadMode payload, boolean inQuery) {
        return Optional.of(new SigningConfig(
                SigningScope.of(service, "us-east-1"),
                "default",
                PathStyle.AWS,
                true,
                payload,
                inQuery ? new SignatureIn.Query(Duration.ofMinutes(5)) : new SignatureIn.Headers()));
    }
}
