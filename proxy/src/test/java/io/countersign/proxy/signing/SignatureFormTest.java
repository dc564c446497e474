package io.countersign.proxy.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.sigv4.AwsCredentials;
import io.countersign.sigv4.Explanation;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.PathStyle;
import io.countersign.sigv4.PayloadHash;
import io.countersign.sigv4.SigningContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each form signs what is sent, and explains the signature that it made. */
class SignatureFormTest {
    private static final AwsCredentials KEYS = new AwsCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI", "the/token+");
    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");
    private static final UnsignedRequest REQUEST = new UnsignedRequest(
            "GET", new WireTarget("/w", "a=b"), List.of(new Header("Host", "api.example")), PayloadHash.EMPTY);

    private final Signers signers = new Signers();

    @Test
    void inTheHeaderTheTargetStaysAndTheFieldsAreAppended() {
        SignatureForm form = new SignatureForm.InHeader(context(true));
        SignatureForm.Signature signature = form.sign(signers, REQUEST, KEYS, TIME);
        assertEquals("/w?a=b", signature.target().text());
        assertEquals(
                List.of("X-Amz-Date", "X-Amz-Content-Sha256", "X-Amz-Security-Token", "Authorization"),
                signature.fields().stream().map(Header::name).toList());
        Explanation explained = form.explain(signers, REQUEST, KEYS, TIME);
        String authorization = signature.fields().get(3).value();
        assertTrue(authorization.endsWith("Signature=" + explained.signature()), authorization);
    }

    @Test
    void inTheQueryTheFieldsStayAndTheTargetHoldsTheSignature() {
        SignatureForm form = new SignatureForm.InQuery(context(false), Duration.ofSeconds(60));
        SignatureForm.Signature signature = form.sign(signers, REQUEST, KEYS, TIME);
        assertEquals(List.of(), signature.fields());
        String target = signature.target().text();
        assertTrue(target.startsWith("/w?a=b&X-Amz-Algorithm=AWS4-HMAC-SHA256&"), target);
        assertTrue(target.contains("&X-Amz-Expires=60&"), target);
        Explanation explained = form.explain(signers, REQUEST, KEYS, TIME);
        assertTrue(target.endsWith("&X-Amz-Signature=" + explained.signature()), target);
    }

    @Test
    void neitherPrintsItself() {
        SignatureForm form = new SignatureForm.InQuery(context(false), Duration.ofSeconds(60));
        String printed = form.sign(signers, REQUEST, KEYS, TIME) + " " + REQUEST;
        assertFalse(printed.contains("Signature="), printed);
        assertFalse(printed.contains("api.example"), printed);
    }

    private static SigningContext context(boolean contentHash) {
        return new SigningContext("us-east-1", "execute-api", PathStyle.AWS, true, contentHash);
    }
}
