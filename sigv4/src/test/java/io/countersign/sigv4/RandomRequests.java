package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Requests that are legal on the wire and nasty to sign. */
final class RandomRequests {
    private static final String[] METHODS = {"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"};
    private static final String[] SEGMENTS = {
        "",
        ".",
        "..",
        "...",
        ".a",
        "api",
        "v1",
        "a%20b",
        "%2F",
        "%2f",
        "a%2Fb",
        "a+b",
        "+",
        ";v=1",
        "a;b",
        "a:b",
        ":",
        "%E1%88%B4",
        "caf%C3%A9",
        "%F0%9F%98%80",
        "%25",
        "%252F",
        "%2e%2e",
        "%2E",
        "~u",
        "-_.~",
        "!$&'()*,=@",
        "*",
        "%41",
        "%7E",
        "%5B0%5D",
        "x=1,2"
    };
    private static final String[] TEXTS = {
        "a",
        "a1",
        "a[]",
        "a-",
        "a.b",
        "a~",
        "A",
        "b",
        "match[]",
        "up{job=\"node\"}",
        "\u1234",
        "caf\u00e9",
        "a b",
        " ",
        "a+b",
        "+",
        "%",
        "100%",
        "%2F",
        "&",
        "a&b",
        "=",
        "a=b",
        "~",
        "*",
        "a*b",
        "\uD83D\uDE00",
        "a/b?c",
        "!'()",
        ";",
        ":",
        "@",
        "a,b",
        "\"",
        "<>",
        "\\",
        "#",
        "\n",
        "[0]",
        "1",
        "2",
        "10",
        "_",
        "-"
    };
    private static final String[] NAMES = {
        "Content-Type",
        "content-type",
        "X-Amz-Target",
        "x-amz-meta-a",
        "X-Amz-Meta-B",
        "My-Header1",
        "my-header1",
        "MY-HEADER1",
        "My-Header",
        "X-Api-Key",
        "accept",
        "a-b",
        "a1",
        "a_b",
        "Range",
        "if-match",
        "z"
    };
    private static final String[] VALUES = {
        "",
        "a",
        "b",
        "a b",
        "a  b",
        " a",
        "a ",
        "\ta\t",
        "a \t b",
        "   ",
        "a,b",
        "a, b",
        "\"a  b\"",
        "text/plain; charset=utf-8",
        "application/x-www-form-urlencoded",
        "bytes=0-9",
        "caf\u00e9",
        "\u1234",
        "a:b",
        "a;b",
        "a=b",
        "*/*"
    };
    private static final String[] REGIONS = {"us-east-1", "eu-central-1", "ap-southeast-2", "us-gov-west-1"};
    private static final String[] SERVICES = {"execute-api", "es", "aps", "service", "s3"};
    private static final String RAW_IN_QUERY = "-._~!$'()*,;:@/?[]\"<>\\";
    private static final long FIRST_SECOND =
            Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();
    private static final long SECONDS = 40L * 365 * 24 * 3600;

    private final RandomGenerator random;
    private final boolean beyondTheSdk;
    private final List<AwsCredentials> keys = new ArrayList<>();
    private final List<Instant> times = new ArrayList<>();

    RandomRequests(RandomGenerator random) {
        this(random, false);
    }

    /**
     * Also what the SDK does not sign as others do: dot segments that climb above the root, which java.net.URI keeps,
     * and parameters without a name, which it leaves out.
     */
    static RandomRequests beyondTheSdk(RandomGenerator random) {
        return new RandomRequests(random, true);
    }

    private RandomRequests(RandomGenerator random, boolean beyondTheSdk) {
        this.random = random;
        this.beyondTheSdk = beyondTheSdk;
        // Few enough keys and days that derived keys are found again, many enough that they are also driven out.
        for (int i = 0; i < 8; i++) {
            keys.add(new AwsCredentials(word(20), word(40), i % 2 == 0 ? null : word(1 + random.nextInt(1200))));
        }
        for (int i = 0; i < 6; i++) {
            times.add(Instant.ofEpochSecond(FIRST_SECOND + random.nextLong(SECONDS), random.nextInt(1_000_000_000)));
        }
    }

    Sample next() {
        List<Sample.Parameter> parameters = parameters();
        String host = word(1 + random.nextInt(12)).toLowerCase(Locale.ROOT) + ".example.com";
        int port = random.nextInt(4) == 0 ? 1024 + random.nextInt(60000) : 443;
        byte[] body = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(200)];
        random.nextBytes(body);
        return new Sample(
                pick(METHODS),
                path(),
                parameters,
                query(parameters),
                host,
                port,
                headers(port == 443 ? host : host + ":" + port),
                HexFormat.of().formatHex(body),
                keys.get(random.nextInt(keys.size())),
                pick(REGIONS),
                pick(SERVICES),
                times.get(random.nextInt(times.size())));
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        int depth = 0;
        int count = random.nextInt(7);
        for (int i = 0; i < count; i++) {
            String segment = pick(SEGMENTS);
            if (segment.equals("..") && --depth < 0 && !beyondTheSdk) {
                segment = "root";
                depth = 0;
            }
            if (!segment.isEmpty() && !segment.equals(".") && !segment.equals("..")) {
                depth++;
            }
            path.append('/').append(segment);
        }
        return path.isEmpty() || random.nextInt(4) == 0 ? path.append('/').toString() : path.toString();
    }

    private List<Sample.Parameter> parameters() {
        List<Sample.Parameter> parameters = new ArrayList<>();
        int count = random.nextInt(3) == 0 ? 0 : random.nextInt(random.nextInt(50) == 0 ? 80 : 7);
        for (int i = 0; i < count; i++) {
            String value = switch (random.nextInt(6)) {
                case 0 -> null;
                case 1 -> "";
                case 2 -> pick(TEXTS) + pick(TEXTS);
                default -> pick(TEXTS);
            };
            String name = random.nextInt(4) == 0 ? pick(TEXTS) + pick(TEXTS) : pick(TEXTS);
            if (beyondTheSdk && value != null && random.nextInt(10) == 0) {
                name = "";
            }
            parameters.add(new Sample.Parameter(name, value));
        }
        return parameters;
    }

    private String query(List<Sample.Parameter> parameters) {
        if (parameters.isEmpty()) {
            return random.nextBoolean() ? null : "";
        }
        StringBuilder query = new StringBuilder();
        for (Sample.Parameter parameter : parameters) {
            query.append(query.isEmpty() ? "" : random.nextInt(20) == 0 ? "&&" : "&");
            encode(parameter.name(), false, query);
            if (parameter.value() != null) {
                query.append('=');
                encode(parameter.value(), true, query);
            }
        }
        return query.toString();
    }

    /** Encodes as senders do and as they should not: some of what need not be, in either case, a space as a plus. */
    private void encode(String text, boolean value, StringBuilder to) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xFF);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || RAW_IN_QUERY.indexOf(c) >= 0);
            boolean loosePercent = c == '%' && i == bytes.length - 1;
            if ((plain || loosePercent || (value && c == '=')) && random.nextInt(4) != 0) {
                to.append(c);
            } else if (c == ' ' && random.nextBoolean()) {
                to.append('+');
            } else {
                HexFormat hex =
                        random.nextBoolean() ? HexFormat.of() : HexFormat.of().withUpperCase();
                to.append('%').append(hex.toHexDigits(bytes[i]));
            }
        }
    }

    private List<Header> headers(String host) {
        List<Header> headers = new ArrayList<>();
        int count = random.nextInt(random.nextInt(50) == 0 ? 60 : 8);
        for (int i = 0; i < count; i++) {
            String value = pick(VALUES);
            headers.add(new Header(pick(NAMES), random.nextInt(3) == 0 ? value + "  " + pick(VALUES) : value));
        }
        headers.add(random.nextInt(headers.size() + 1), new Header(random.nextBoolean() ? "Host" : "host", host));
        return headers;
    }

    private String word(int length) {
        StringBuilder word = new StringBuilder();
        while (word.length() < length) {
            word.append("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".charAt(random.nextInt(62)));
        }
        return word.toString();
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }
}
