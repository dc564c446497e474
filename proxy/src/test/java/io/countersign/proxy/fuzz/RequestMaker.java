package io.countersign.proxy.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes one request by the grammar, or with one fault in it. */
final class RequestMaker {
    /** In a query's values: it must show in no log. */
    static final String CANARY = "QUERYCANARY";

    private static final String[] METHODS = {
        "GET", "GET", "HEAD", "POST", "POST", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"
    };
    private static final String[] PATHS = {
        "", "/", "//", "/a%2Fb", "/;v=1", "/a..b", "/...", "/%20x", "/!$&'()*+,;=:@", "/a/b/c/d/e", "/-._~", "/%C3%A4"
    };
    private static final String[] QUERIES = {
        "",
        "?",
        "?a=b",
        "?key=" + CANARY,
        "?a=b&a=c&&d",
        "?match[]={a=\"b\"}",
        "?q=a+b%20c",
        "?x=/:@!$'()*,;",
        "?a==b",
        "?k=" + CANARY + "&z"
    };
    private static final String[] HOSTS = {
        "localhost", "127.0.0.1", "LocalHost:8005", "[::1]", "[::1]:80", "127.0.0.1:1"
    };
    private static final String[] FIELDS = {
        "Accept: */*",
        "User-Agent: fuzz/1",
        "Content-Type: text/plain",
        "Content-Type: text/plain; charset=\"utf-8\"",
        "X-Empty:",
        "x-amz-meta-a:  b  c ",
        "X-Tab:\ta\tb\t",
        "Cookie: a=b; c=d",
        "X-Latin: \u00e4\u00ff",
        "Connection: keep-alive",
        "Connection: x-gone",
        "X-Gone: 1",
        "Keep-Alive: timeout=5",
        "TE: trailers",
        "Upgrade: h2c",
        "Authorization: Basic YTpi",
        "X-Amz-Date: 20200101T000000Z",
        "X-Amz-Security-Token: none",
        "Proxy-Authorization: Basic YTpi",
        "Sec-Fetch-Site: none",
        "Accept-Encoding: gzip",
        "Range: bytes=0-1",
        "Connection: host, authorization, x-amz-date",
        "X-Forwarded-For: 10.0.0.1",
        "Via: 1.1 other",
        "If-None-Match: \"a\", \"b\"",
        "X-Amz-Target: A.b",
        "Content-Encoding: gzip",
        "Trailer: X-T",
        "Date: now"
    };
    private static final String[] BAD_TARGETS = {
        "/a\tb",
        "/\t",
        "/a\u0001b",
        "/a\u007fb",
        "/a b",
        "/%zz",
        "/%",
        "/%00",
        "/../x",
        "/./x",
        "/%2e%2E/x",
        "/..;/x",
        "/a\\b",
        "/a%5cb",
        "/a#b",
        "*",
        "a",
        "/\u00e4",
        "/a{b}",
        "/a?X-Amz-Signature=1",
        "/a?x%2Damz-date=1",
        "/a?q=\u00e4",
        "http://evil/",
        "http://localhost",
        "https://127.0.0.1:80/x",
        "http://u@localhost/",
        "/a?b\tc=" + CANARY,
        "/a\tb?key=" + CANARY,
        "/a\u0000",
        "/a\u000bb",
        "/a\u0085b",
        "?a",
        "/a?#" + CANARY
    };
    private static final String[] BAD_FIELDS = {
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity",
        "Transfer-Encoding:\u000bchunked",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding : chunked",
        "Transfer_Encoding: chunked",
        "Transfer-Encoding:",
        "Transfer-Encoding: ,chunked",
        "Transfer-Encoding: chunked;q=1",
        "Transfer-Encoding: chunked\u0000",
        "Content-Length: +5",
        "Content-Length: -5",
        "Content-Length: 0x5",
        "Content-Length: 5_0",
        "Content-Length: 5, 5",
        "Content-Length:",
        "Content-Length: 99999999999999999999",
        "Content-Length : 5",
        "Content_Length: 5",
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Content-Length: 99999999",
        " X-Space: 1",
        "X-A\r\n B: 1",
        "X-Fold: a\r\n b",
        "Content-Length:\r\n 5",
        ": empty",
        "no colon",
        "X[]: a",
        "\u00efX: a",
        "X-N: a\u0000b",
        "X-B: a\u0007b",
        "X-D: a\u007fb",
        "X-R: a\rb",
        "X-L: a\nb",
        "Host: localhost",
        "Host: evil",
        "Host:",
        "Origin: http://evil",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site",
        "Expect: foo",
        "Expect: 100-continue\r\nExpect: foo",
        "Upgrade: websocket",
        "X_Amz_Date: 1",
        "x-amz-meta: \u00e4",
        "X-Amz-Content-SHA256: 0000000000000000000000000000000000000000000000000000000000000000",
        "X-A\t: 1",
        "\tX: 1",
        "X-Amz\u00df: 1"
    };
    private static final String[] BAD_VERSIONS = {
        "HTTP/1.2",
        "HTTP/2.0",
        "HTTP/0.9",
        "HTTP/1.",
        "http/1.1",
        "HTTP/11",
        "HTTP/1.1 ",
        " HTTP/1.1",
        "HTTPS/1.1",
        "",
        "HTTP/1.1\t"
    };
    private static final String[] BAD_METHODS = {
        "TRACE", "CONNECT", "get", "FOO", "G\u00c4T", "G(T", "\tGET", " GET", "\u0016\u0003\u0001", "PRI"
    };
    private static final String[] BAD_SIZES = {
        "0x1",
        "+1",
        "1_0",
        "",
        "80000000",
        "10000000000000001",
        "1 junk",
        "1\u0000",
        "1;a\n",
        "1;a=\"\r\n\"",
        "1;a\rb",
        "-1",
        "1;=",
        "1 ;a",
        "g"
    };

    private final SplittableRandom random;
    private final String id;
    private final int mostBody;

    RequestMaker(SplittableRandom random, String id, int mostBody) {
        this.random = random;
        this.id = id;
        this.mostBody = mostBody;
    }

    private enum Fault {
        TARGET,
        FIELD,
        FIELD_AGAIN,
        VERSION,
        METHOD,
        CHUNK,
        NO_HOST,
        LONG_TARGET,
        MANY_FIELDS,
        LARGE_HEAD,
        LARGE_BODY,
        LINE_END
    }

    byte[] make(boolean faulty, boolean last) {
        Fault fault = faulty ? Fault.values()[random.nextInt(Fault.values().length)] : null;
        String method = fault == Fault.METHOD ? pick(BAD_METHODS) : pick(METHODS);
        byte[] body = fault == Fault.LARGE_BODY ? new byte[mostBody + 1 + random.nextInt(100)] : body(method);
        boolean chunked = fault == Fault.CHUNK || (body.length > 0 && random.nextInt(3) == 0);
        boolean http10 = !chunked && random.nextInt(20) == 0;
        List<String> lines = new ArrayList<>();
        if (fault != Fault.NO_HOST) {
            lines.add("Host: " + (fault == null ? pick(HOSTS) : "localhost"));
        }
        lines.add("X-Case: " + id);
        addFields(lines, fault);
        addFraming(lines, body, chunked, method, fault);
        if (http10 && random.nextBoolean()) {
            lines.add("Connection: keep-alive");
        }
        if (last) {
            lines.add("Connection: close");
        }
        shuffle(lines);
        String version = fault == Fault.VERSION ? pick(BAD_VERSIONS) : http10 ? "HTTP/1.0" : "HTTP/1.1";
        String target = target(fault);
        String end =
                fault == Fault.LINE_END && random.nextBoolean() ? pick(new String[] {"\n", "\r", "\r\r\n"}) : "\r\n";
        String head = method + " " + target + " " + version + end + String.join("\r\n", lines) + "\r\n\r\n";
        if (fault == Fault.LINE_END && end.length() == 2) {
            int at = 2 * random.nextInt(2) + head.indexOf("\r\n");
            head = head.substring(0, at) + pick(new String[] {"\n", "\r", "\r\r\n", " \r\n"}) + head.substring(at + 2);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(head.length() + body.length + 64);
        if (random.nextInt(20) == 0) {
            out.writeBytes(StrictParser.bytes("\r\n"));
        }
        out.writeBytes(StrictParser.bytes(head));
        out.writeBytes(chunked ? chunks(body, fault == Fault.CHUNK) : body);
        return out.toByteArray();
    }

    private void addFields(List<String> lines, Fault fault) {
        int most = fault == Fault.MANY_FIELDS ? 0 : random.nextInt(4) == 0 ? 12 : 3;
        for (int n = random.nextInt(most + 1); n > 0; n--) {
            lines.add(pick(FIELDS));
        }
        if (fault == Fault.FIELD || fault == Fault.FIELD_AGAIN) {
            lines.add(pick(BAD_FIELDS));
        }
        if (fault == Fault.MANY_FIELDS) {
            for (int n = 95 + random.nextInt(random.nextBoolean() ? 10 : 1500); n > 0; n--) {
                lines.add("a:");
            }
        }
        if (fault == Fault.LARGE_HEAD) {
            lines.add("X-Large: " + "a".repeat(Rules.MAX_HEAD - 500 + random.nextInt(1000)));
        }
    }

    private void addFraming(List<String> lines, byte[] body, boolean chunked, String method, Fault fault) {
        if (chunked) {
            lines.add(random.nextInt(5) == 0 ? "transfer-encoding:CHUNKED" : "Transfer-Encoding: chunked");
        } else if (body.length > 0 || method.startsWith("P") || random.nextInt(8) == 0) {
            String zeros = random.nextInt(30) == 0 ? "00" : "";
            lines.add("Content-Length: " + zeros + body.length);
        }
        if (!chunked && body.length > 0 && random.nextInt(6) == 0) {
            lines.add("X-Amz-Content-SHA256: " + Oracle.sha256(body));
        }
        if ((body.length > 0 && random.nextInt(8) == 0) || fault == Fault.FIELD_AGAIN) {
            lines.add("Expect: 100-continue");
        }
    }

    private String target(Fault fault) {
        String path = (random.nextInt(30) == 0 ? "http://localhost" : "") + "/" + id;
        if (fault == Fault.TARGET) {
            String bad = pick(BAD_TARGETS);
            return bad.startsWith("/") && random.nextBoolean() ? path + bad : bad;
        }
        if (fault == Fault.LONG_TARGET) {
            return path + "/" + "a".repeat(Rules.MAX_TARGET - 60 + random.nextInt(120));
        }
        return path + pick(PATHS) + pick(QUERIES);
    }

    private byte[] body(String method) {
        boolean has = method.startsWith("P") || random.nextInt(12) == 0;
        if (!has || random.nextInt(8) == 0) {
            return new byte[0];
        }
        return switch (random.nextInt(12)) {
            // A request hidden in a body, for whoever loses the framing.
            case 0, 1, 2 ->
                StrictParser.bytes("POST /" + id + "9 HTTP/1.1\r\nHost: localhost\r\nX-Case: " + id
                        + "9\r\nContent-Length: 3\r\n\r\nabc");
            case 3 -> StrictParser.bytes("0\r\n\r\nGET /" + id + "8 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            case 4 -> bytes(random.nextInt(40_000));
            case 5 -> random.nextInt(10) == 0 ? bytes(mostBody - random.nextInt(3)) : bytes(5000);
            default -> bytes(1 + random.nextInt(60));
        };
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] chunks(byte[] body, boolean faulty) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 64);
        int bad = faulty ? random.nextInt(4) : -1;
        int from = 0;
        for (int n = 0; from < body.length; n++) {
            int size = Math.min(body.length - from, 1 + random.nextInt(Math.max(20, body.length / 3)));
            String line = Integer.toHexString(size);
            if (n == bad) {
                line = pick(BAD_SIZES);
            } else if (random.nextInt(8) == 0) {
                line = "00" + line
                        + pick(new String[] {";a=b", ";a", "; a = \"b;c\"", ";\ta=\"\\\"\"", ";" + "x".repeat(500)});
            }
            out.writeBytes(StrictParser.bytes(line + "\r\n"));
            out.write(body, from, size);
            out.writeBytes(StrictParser.bytes(n == bad - 1 ? "XX" : "\r\n"));
            from += size;
        }
        String trailers = random.nextInt(6) > 0
                ? ""
                : pick(new String[] {
                    "X-T: 1\r\n",
                    "Host: evil\r\nAuthorization: x\r\n",
                    "Content-Length: 5\r\n",
                    "bad trailer\r\n",
                    "X-T: a\u0000\r\n",
                    "X-T: a\r\n b\r\n"
                });
        out.writeBytes(StrictParser.bytes("0\r\n" + trailers + "\r\n"));
        return out.toByteArray();
    }

    private void shuffle(List<String> lines) {
        for (int i = lines.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            String line = lines.get(i);
            lines.set(i, lines.get(j));
            lines.set(j, line);
        }
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }
}
