package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our signer beside botocore's, which shares nothing with the AWS SDK for Java: header and query form, with the token
 * signed and not, with and without {@code x-amz-content-sha256}, all path styles.
 *
 * <p>Needs Debian's {@code python3-botocore}, and fails without it; {@code -Dsigv4.python=} names another Python that
 * has botocore.
 */
class BotocoreComparisonTest {
    private static final int REQUESTS = Integer.getInteger("sigv4.botocore.requests", 10_000);
    private static final String PYTHON = System.getProperty("sigv4.python", "/usr/bin/python3");
    private static final PathStyle[] STYLES = {
        PathStyle.AWS, PathStyle.S3, new PathStyle(true, false), new PathStyle(false, true)
    };

    private final RandomGenerator random = Seed.random(getClass());
    private final RandomRequests requests = RandomRequests.beyondTheSdk(random);
    private final HeaderSigner headerSigner = new HeaderSigner();
    private final QuerySigner querySigner = new QuerySigner();
    private final List<String> lines = new ArrayList<>();
    private final List<Explanation> ours = new ArrayList<>();

    @Test
    void signsAsBotocoreDoes(@TempDir Path folder) throws Exception {
        for (int i = 0; i < REQUESTS; i++) {
            if (random.nextInt(3) == 0) {
                signQuery(requests.next());
            } else {
                signHeaders(requests.next());
            }
        }
        List<String> answers = botocore(folder);

        assertEquals(REQUESTS, answers.size());
        for (int i = 0; i < REQUESTS; i++) {
            String answer = answers.get(i);
            int tab = answer.indexOf('\t');
            String theirs =
                    new String(HexFormat.of().parseHex(answer, tab + 1, answer.length()), StandardCharsets.UTF_8);
            assertEquals(theirs, ours.get(i).canonicalRequest(), "request " + i);
            assertEquals(answer.substring(0, tab), ours.get(i).signature(), "request " + i);
        }
    }

    private void signHeaders(Sample sample) {
        PathStyle style = STYLES[random.nextInt(STYLES.length)];
        boolean unsignedPayload = random.nextInt(4) == 0;
        boolean signToken = random.nextInt(4) != 0;
        // Both are botocore's ways: the header always for S3, and whenever it stands for a body that is not signed.
        boolean contentHash = unsignedPayload || style.equals(PathStyle.S3) || random.nextBoolean();
        SigningContext context = sample.context(style, signToken, contentHash);
        ours.add(headerSigner.explain(sample.request(unsignedPayload), context, sample.keys(), sample.time()));
        List<String> parameters = new ArrayList<>();
        for (Sample.Parameter parameter : sample.parameters()) {
            String value = parameter.value() == null ? "" : parameter.value();
            parameters.add(hex(parameter.name()) + ":" + hex(value));
        }
        String url = url(sample);
        lines.add(line(
                "header", sample, url, String.join(",", parameters), sample.bodyHex(), context, unsignedPayload, 0));
    }

    /** Botocore keeps the first of repeated parameters, and takes a body for more of them: so neither here. */
    private void signQuery(Sample sample) {
        PathStyle style = random.nextBoolean() ? PathStyle.AWS : PathStyle.S3;
        boolean s3 = style.equals(PathStyle.S3);
        boolean signToken = random.nextInt(4) != 0;
        SigningContext context = sample.context(style, signToken, false);
        Duration expires = Duration.ofSeconds(1 + random.nextInt(604_800));
        String query = strictQueryWithoutRepetition(sample);
        SigningRequest request = new SigningRequest(
                sample.method(),
                sample.path(),
                query,
                sample.headers(),
                s3 ? SigningRequest.UNSIGNED_PAYLOAD : PayloadHash.EMPTY);
        ours.add(querySigner.explain(request, context, sample.keys(), sample.time(), expires));
        String url = url(sample) + (query.isEmpty() ? "" : "?" + query);
        lines.add(line("query", sample, url, "", "", context, false, expires.toSeconds()));
    }

    private static String strictQueryWithoutRepetition(Sample sample) {
        Set<String> names = new HashSet<>();
        List<String> pairs = new ArrayList<>();
        for (Sample.Parameter parameter : sample.parameters()) {
            if (names.add(parameter.name())) {
                String value = parameter.value() == null ? "" : parameter.value();
                pairs.add(strict(parameter.name()) + "=" + strict(value));
            }
        }
        return String.join("&", pairs);
    }

    private static String strict(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private static String line(
            String form,
            Sample sample,
            String url,
            String parameters,
            String bodyHex,
            SigningContext context,
            boolean unsignedPayload,
            long expires) {
        List<String> style = new ArrayList<>();
        if (context.pathStyle().normalize()) {
            style.add("normalized");
        }
        if (context.pathStyle().doubleEncode()) {
            style.add("doubled");
        }
        List<String> headers = new ArrayList<>();
        for (Header header : sample.headers()) {
            headers.add(hex(header.name()) + ":" + hex(header.value()));
        }
        AmzDate date = new AmzDate();
        date.set(sample.time());
        AwsCredentials keys = sample.keys();
        return String.join(
                "\t",
                form,
                String.join(",", style),
                sample.method(),
                hex(url),
                parameters,
                String.join(",", headers),
                bodyHex,
                hex(keys.accessKeyId()),
                hex(keys.secretAccessKey()),
                context.signToken() && keys.sessionToken() != null ? hex(keys.sessionToken()) : "",
                sample.region(),
                sample.service(),
                date.text(),
                String.valueOf(context.contentSha256Header()),
                String.valueOf(unsignedPayload),
                String.valueOf(expires));
    }

    private static String url(Sample sample) {
        return "https://" + sample.host() + (sample.port() == 443 ? "" : ":" + sample.port()) + sample.path();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> botocore(Path folder) throws IOException, InterruptedException {
        Path script = folder.resolve("botocore_sign.py");
        try (var resource = getClass().getResourceAsStream("/botocore_sign.py")) {
            Files.copy(resource, script);
        }
        Path requestFile = Files.write(folder.resolve("requests"), lines, StandardCharsets.US_ASCII);
        Path answerFile = folder.resolve("answers");
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(PYTHON, script.toString(), requestFile.toString(), answerFile.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            fail(PYTHON + " did not end within 5 minutes");
        }
        if (process.exitValue() != 0) {
            fail(PYTHON + " ended with " + process.exitValue()
                    + "; this test needs botocore (Debian: apt install python3-botocore):\n"
                    + Files.readString(output));
        }
        return Files.readAllLines(answerFile, StandardCharsets.US_ASCII);
    }
}
