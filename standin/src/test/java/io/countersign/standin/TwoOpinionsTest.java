package io.countersign.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.countersign.standin.verify.Credential;
import io.countersign.standin.verify.Credentials;
import io.countersign.standin.verify.PathMode;
import io.countersign.standin.verify.SignatureVerifier;
import io.countersign.standin.verify.Verification;
import io.countersign.standin.wire.RequestHead;
import io.countersign.standin.wire.RequestReader;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The textbook computation agrees with the SDK's signer on whatever the SDK signs. */
class TwoOpinionsTest {
    private static final List<String> PATH = List.of(
            "a", "Z", "9", "-", ".", "_", "~", "/", "%20", "%2F", "+", ";", ":", "=", "@", "%E2%82%AC", "!", "$", "x");
    private static final List<String> QUERY =
            List.of("a", "b", "A", "1", "-", "_", "%20", "%2B", "%26", "%3D", "%C3%A9", "/", ":", "%5B%5D", "~", "*");

    @ParameterizedTest
    @EnumSource(PathMode.class)
    void agreesOnRandomRequests(PathMode mode) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("two opinions, " + mode + ", seed " + seed);
        Random random = new Random(seed);
        Credential plain = Credential.of("AKIATEST", "secret");
        Credential session = Credential.of("ASIATEST", "secret").withToken("tok/en+==");
        AtomicInteger opinions = new AtomicInteger();
        SignatureVerifier verifier = new SignatureVerifier(
                new Credentials(List.of(plain, session)),
                "us-east-1",
                "execute-api",
                mode,
                agreed -> opinions.addAndGet(1));
        for (int i = 0; i < 2_000; i++) {
            SignedRequest request = SignedRequest.post(target(random), new byte[random.nextInt(50)]);
            request.pathAsIs = mode == PathMode.S3;
            request.header("X-Amz-Meta", " ".repeat(random.nextInt(3)) + words(random))
                    .header("Content-Type", words(random));
            RequestReader reader = new RequestReader(
                    new ByteArrayInputStream(
                            request.sign(random.nextBoolean() ? plain : session).bytes()),
                    1 << 20);
            RequestHead head = reader.readHead().orElseThrow();
            Verification verification = verifier.verify(head, reader.readBody(head, bytes -> {}), Instant.now());
            assertInstanceOf(Verification.Verified.class, verification, () -> head.raw() + verification);
        }
        assertEquals(2_000, opinions.get());
    }

    private static String target(Random random) {
        StringBuilder target = new StringBuilder("/");
        for (int i = random.nextInt(12); i > 0; i--) {
            target.append(PATH.get(random.nextInt(PATH.size())));
        }
        char before = '?';
        for (int i = random.nextInt(5); i > 0; i--) {
            target.append(before).append('k').append(piece(random));
            before = '&';
            if (random.nextInt(4) > 0) {
                target.append('=').append(piece(random));
            }
        }
        return target.toString();
    }

    private static String piece(Random random) {
        StringBuilder piece = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            piece.append(QUERY.get(random.nextInt(QUERY.size())));
        }
        return piece.toString();
    }

    private static String words(Random random) {
        return "w" + " ".repeat(random.nextInt(4)) + random.nextInt(100) + "\t".repeat(random.nextInt(2)) + "x";
    }
}
