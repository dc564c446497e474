package io.countersign.cli.sign;

import io.countersign.sigv4.Explanation;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.SignatureAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What {@code sign} prints. The last text of each is exact: nothing is added to it, not even a line end. */
public enum Output {
    headers("headers"),
    request("request"),
    curl("curl"),
    python("python"),
    url("url"),
    canonicalRequest("canonical-request"),
    stringToSign("string-to-sign"),
    signature("signature"),
    explain("explain");

    private static final String DERIVED_KEY = """
            HMAC-SHA256 of "aws4_request" under that of the service under that of the region under that
            of the day, keyed by "AWS4" and the secret key""";

    private static final String KEY_PAIR = """
            on P-256, derived from the access key id by HMAC-SHA256, keyed by "AWS4A" and the secret key; ECDSA
            signs with it, and makes another signature each time""";

    private static final List<String> LABELS =
            Stream.of(values()).map(Output::toString).toList();

    private final String label;

    Output(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }

    /** Reads one of the names that the help shows. */
    public static final class Converter implements ITypeConverter<Output> {
        @Override
        public Output convert(String text) {
            return Stream.of(values())
                    .filter(output -> output.label.equals(text))
                    .findFirst()
                    .orElseThrow(() ->
                            new TypeConversionException("'" + text + "' is not among " + String.join(", ", LABELS)));
        }
    }

    public void write(SignedDraft signed, OutputStream to) throws IOException {
        switch (this) {
            case headers -> to.write(utf8(fields(signed.added(), "\n")));
            case request -> writeMessage(signed.request(), to);
            case curl -> to.write(utf8(CurlCommand.of(signed.request()) + "\n"));
            case python -> to.write(utf8(PythonScript.of(signed.request())));
            case url ->
                to.write(utf8(signed.request().place().origin()
                        + signed.request().place().target() + "\n"));
            case canonicalRequest -> to.write(utf8(signed.explanation().canonicalRequest()));
            case stringToSign -> to.write(utf8(signed.explanation().stringToSign()));
            case signature -> to.write(utf8(signed.explanation().signature()));
            case explain -> to.write(utf8(explanation(signed.explanation())));
        }
        to.flush();
    }

    private static void writeMessage(RequestDraft request, OutputStream to) throws IOException {
        String end = request.lineEnd();
        to.write(utf8(request.method() + " " + request.place().target() + " HTTP/1.1" + end
                + fields(request.headers(), end) + end));
        try (InputStream body = request.body().open()) {
            body.transferTo(to);
        }
    }

    private static String fields(Iterable<Header> headers, String end) {
        StringBuilder lines = new StringBuilder();
        for (Header header : headers) {
            lines.append(header.name())
                    .append(": ")
                    .append(header.value().strip())
                    .append(end);
        }
        return lines.toString();
    }

    /** The session token is left out: this is what people paste into tickets. */
    public static String explanation(Explanation explanation) {
        return """
                canonical request:
                %s

                its SHA-256: %s
                scope: %s
                signed headers: %s

                string to sign:
                %s

                signing key: %s
                signature: %s
                """.formatted(
                        indent(explanation.redactedCanonicalRequest()),
                        explanation.canonicalRequestHash(),
                        explanation.credentialScope(),
                        explanation.signedHeaders(),
                        indent(explanation.stringToSign()),
                        explanation.stringToSign().startsWith(SignatureAlgorithm.V4A.text()) ? KEY_PAIR : DERIVED_KEY,
                        explanation.signature());
    }

    private static String indent(String text) {
        return "  " + text.replace("\n", "\n  ");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
