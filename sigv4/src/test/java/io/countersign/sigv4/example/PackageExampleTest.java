package io.countersign.sigv4.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.sigv4.AwsCredentials;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.HeaderSigner;
import io.countersign.sigv4.PayloadHash;
import io.countersign.sigv4.SignedHeaders;
import io.countersign.sigv4.SigningContext;
import io.countersign.sigv4.SigningRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The example of the package's documentation: compiled here, from outside of the package, and compared with the text. */
class PackageExampleTest {
    private static final Path SOURCES = Path.of("src");

    @Test
    void theExampleSigns() {
        // example
        AwsCredentials credentials =
                AwsCredentials.longLived("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        SigningContext context = SigningContext.of("us-east-1", "execute-api");
        Header host = new Header("Host", "abc123.execute-api.us-east-1.amazonaws.com");
        SigningRequest request = new SigningRequest("GET", "/prod/items", "page=1", List.of(host), PayloadHash.EMPTY);

        HeaderSigner signer = new HeaderSigner();
        SignedHeaders headers = signer.sign(request, context, credentials, Instant.parse("2015-08-30T12:36:00Z"));
        // end

        assertEquals("20150830T123600Z", headers.amzDate());
        assertTrue(
                headers.authorization()
                        .startsWith("AWS4-HMAC-SHA256"
                                + " Credential=AKIDEXAMPLE/20150830/us-east-1/execute-api/aws4_request,"
                                + " SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="),
                headers.authorization());
    }

    @Test
    void theDocumentationShowsTheSame() throws IOException {
        assertEquals(
                statements(between(
                        "test/java/io/countersign/sigv4/example/PackageExampleTest.java", "// example", "// end")),
                statements(between("main/java/io/countersign/sigv4/package-info.java", "<pre>{@code", "}</pre>")));
    }

    private static String between(String file, String from, String to) throws IOException {
        String text = Files.readString(SOURCES.resolve(file));
        int start = text.indexOf(from) + from.length();
        return text.substring(start, text.indexOf(to, start));
    }

    /** However the lines are broken. */
    private static String statements(String text) {
        return text.lines()
                .map(line -> line.strip().replaceFirst("^\\*", "").strip())
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(" "));
    }
}
