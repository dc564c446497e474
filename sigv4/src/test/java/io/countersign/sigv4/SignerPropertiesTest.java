package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What holds of the signers whatever they sign. */
class SignerPropertiesTest {
    private static final int REQUESTS = 2_000;

    private final RandomGenerator random = Seed.random(getClass());
    private final RandomRequests requests = RandomRequests.beyondTheSdk(random);

    @Test
    void orderOfHeadersDoesNotMatterBeyondTheSameName() {
        HeaderSigner signer = new HeaderSigner();
        for (int i = 0; i < REQUESTS; i++) {
            Sample sample = requests.next();
            SigningRequest request = sample.request(false);
            SigningRequest shuffled = new SigningRequest(
                    request.method(),
                    request.path(),
                    request.query(),
                    shuffledNames(request.headers()),
                    request.payloadHash());

            assertEquals(sign(signer, request, sample), sign(signer, shuffled, sample), sample::toString);
        }
    }

    @Test
    void usedSignersSignAsFreshOnes() {
        HeaderSigner header = new HeaderSigner();
        QuerySigner query = new QuerySigner();
        Duration expires = Duration.ofMinutes(5);
        for (int i = 0; i < REQUESTS; i++) {
            Sample sample = requests.next();
            SigningRequest request = sample.request(random.nextBoolean());
            SigningContext context = context(sample);

            assertEquals(sign(new HeaderSigner(), request, sample), sign(header, request, sample), sample::toString);
            assertEquals(
                    new QuerySigner().signedQuery(request, context, sample.keys(), sample.time(), expires),
                    query.signedQuery(request, context, sample.keys(), sample.time(), expires),
                    sample::toString);
        }
    }

    @Test
    void explainsWhatItSigns() {
        HeaderSigner header = new HeaderSigner();
        QuerySigner query = new QuerySigner();
        Duration expires = Duration.ofMinutes(5);
        for (int i = 0; i < REQUESTS; i++) {
            Sample sample = requests.next();
            SigningRequest request = sample.request(false);
            SigningContext context = context(sample);

            Explanation explanation = header.explain(request, context, sample.keys(), sample.time());
            assertEquals(
                    "AWS4-HMAC-SHA256 Credential=" + sample.keys().accessKeyId() + "/" + explanation.credentialScope()
                            + ", SignedHeaders=" + explanation.signedHeaders() + ", Signature="
                            + explanation.signature(),
                    sign(header, request, sample).authorization());

            Explanation explainedQuery = query.explain(request, context, sample.keys(), sample.time(), expires);
            assertTrue(query.signedQuery(request, context, sample.keys(), sample.time(), expires)
                    .contains("&X-Amz-Signature=" + explainedQuery.signature()));
        }
    }

    private static SignedHeaders sign(HeaderSigner signer, SigningRequest request, Sample sample) {
        return signer.sign(request, context(sample), sample.keys(), sample.time());
    }

    private static SigningContext context(Sample sample) {
        return sample.context(PathStyle.AWS, true, true);
    }

    private List<Header> shuffledNames(List<Header> headers) {
        Map<String, List<Header>> byName = new LinkedHashMap<>();
        for (Header header : headers) {
            byName.computeIfAbsent(header.name().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(header);
        }
        List<List<Header>> groups = new ArrayList<>(byName.values());
        Collections.shuffle(groups, new Random(random.nextLong()));
        List<Header> shuffled = new ArrayList<>();
        groups.forEach(shuffled::addAll);
        return shuffled;
    }
}
