package io.countersign.proxy.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A response of the fuzzed upstream, good or bad. Its body repeats the number of the request that it answers, so that no part
 * of one can pass for another's.
 *
 * @param early whether it goes out before the request's body is read
 * @param pieces how many bytes to write at a time
 * @param pauseMillis before the first byte
 */
@SuppressWarnings("ArrayRecordComponent") // bytes of one run, never compared
record ShapedAnswer(
        Shape shape,
        int status,
        int bodyLength,
        byte[] bytes,
        boolean early,
        int pieces,
        int pauseMillis,
        After after) {
    /** What the client must see of it. */
    enum Shape {
        /** All of it. */
        WHOLE,
        /** Its beginning, and that the end is missing; or an error. */
        CUT,
        /** An error. */
        BROKEN,
        /** All of it, or an error. */
        UNSURE
    }

    /** What becomes of the connection. */
    enum After {
        KEEP,
        CLOSE,
        RESET,
        /** Closed by the proxy, or not used again: it has been sent more than it asked for. */
        SPOILT
    }

    private static final String[] ODD_FIELDS = {
        "X-Tab: a\tb\r\n",
        "X-Latin: \u00e4\u00ff\r\n",
        "Set-Cookie: a=b\r\nSet-Cookie: c=d\r\n",
        "Connection: x-gone\r\nX-Gone: 1\r\n",
        "Keep-Alive: timeout=9\r\n",
        "X-Empty:\r\n",
        "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n",
        "Via: 1.1 other\r\n",
        "Server: fuzz\r\n"
    };
    private static final String[] BAD_HEADS = {
        "HTTP/1.1 200 OK\n@Content-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\n@Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n@Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\n@X: a\u0000b\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\n@Transfer-Encoding: xchunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        "HTTP/1.1 20 OK\r\n@Content-Length: 1\r\n\r\nx",
        "HTTP/1.1 999 OK\r\n@Content-Length: 1\r\n\r\nx",
        "\r\nHTTP/1.1 200 OK\r\n@Content-Length: 1\r\n\r\nx",
        "HTTP/1.0 200 OK\r\n@Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n@X : a\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/2.0 200 OK\r\n@Content-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\n@X: a\u0001\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\n@X: a\rb\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\n@Content-Length: -1\r\n\r\nx",
        "HTTP/1.1  200 OK\r\n@Content-Length: 1\r\n\r\nx",
        "garbage",
        "HTTP/1.1 101 Switching Protocols\r\n@Upgrade: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\n@X: a\r\n b\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1\t200 OK\r\n@Content-Length: 1\r\n\r\nx",
        "HTTP/1.1 2\u00001 OK\r\n@Content-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\n@Content-Length: 1\r\nno colon\r\n\r\nx"
    };
    private static final int[] ERRORS = {400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 502, 503, 504};

    /** The one for the request with that number. It depends on the seed alone. */
    static ShapedAnswer of(long seed, long number, String method, boolean hasBody) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean bodiless = method.equals("HEAD");
        int length = random.nextInt(8) == 0 ? random.nextInt(50_000) : random.nextInt(120);
        String odd = random.nextInt(4) == 0 ? ODD_FIELDS[random.nextInt(ODD_FIELDS.length)] : "";
        Maker maker = new Maker(random, number, bodiless, odd);
        // Three in four are plain; the rest are shared out among what goes wrong, or nearly does.
        int kind = random.nextInt(4) > 0 ? random.nextInt(3) : random.nextInt(24);
        return switch (kind) {
            case 0, 1 -> maker.whole(200, length, kind == 0, After.KEEP);
            case 2 -> maker.whole(random.nextInt(3) == 0 ? 201 : 200, length % 300, true, After.KEEP);
            case 3 -> maker.whole(200, length, true, After.CLOSE);
            case 4 -> maker.untilClose(length);
            case 5 -> maker.bodiless(random.nextBoolean() ? 204 : 304);
            case 6 -> maker.interim(1 + random.nextInt(3), length);
            case 7 -> maker.interim(9 + random.nextInt(3), length);
            case 8, 9 -> maker.whole(ERRORS[random.nextInt(ERRORS.length)], length, random.nextBoolean(), After.KEEP);
            case 10 -> maker.redirect();
            case 11 -> maker.early(hasBody, length);
            case 12 -> maker.spoilt(length % 300);
            case 13 -> maker.http10(length);
            case 14, 15 -> maker.badHead(BAD_HEADS[random.nextInt(BAD_HEADS.length)]);
            case 16 -> maker.cut(length, true);
            case 17 -> maker.cut(length, false);
            case 18 -> maker.badChunk();
            case 19 -> new ShapedAnswer(Shape.BROKEN, 0, 0, new byte[0], false, 0, 0, After.RESET);
            case 20 -> new ShapedAnswer(Shape.BROKEN, 0, 0, new byte[0], random.nextBoolean(), 0, 0, After.CLOSE);
            case 21 -> maker.manyFields(100 + random.nextInt(random.nextBoolean() ? 100 : 7_000));
            case 22 -> maker.largeHead();
            default -> maker.late(length);
        };
    }

    static byte[] body(long number, int length) {
        byte[] unit = StrictParser.bytes("r" + number + ";");
        byte[] body = new byte[length];
        for (int i = 0; i < length; i++) {
            body[i] = unit[i % unit.length];
        }
        return body;
    }

    private record Maker(SplittableRandom random, long number, boolean bodiless, String odd) {
        private String head(String version, int status, String more) {
            return version + " " + status + (random.nextInt(8) == 0 ? "" : " Said") + "\r\nX-Echo: " + number + "\r\n"
                    + odd + more + "\r\n";
        }

        private ShapedAnswer answer(Shape shape, int status, int length, byte[] bytes, After after) {
            int pieces = random.nextInt(10) == 0 ? 1 + random.nextInt(80) : Integer.MAX_VALUE;
            return new ShapedAnswer(
                    shape, status, length, bytes, false, pieces, random.nextInt(50) == 0 ? 2 : 0, after);
        }

        ShapedAnswer whole(int status, int length, boolean counted, After after) {
            String closes = after == After.CLOSE && random.nextBoolean() ? "Connection: close\r\n" : "";
            ByteArrayOutputStream out = new ByteArrayOutputStream(length + 256);
            byte[] body = body(number, length);
            if (counted) {
                out.writeBytes(
                        StrictParser.bytes(head("HTTP/1.1", status, closes + "Content-Length: " + length + "\r\n")));
                out.writeBytes(bodiless ? new byte[0] : body);
            } else {
                out.writeBytes(StrictParser.bytes(head("HTTP/1.1", status, closes + "Transfer-Encoding: chunked\r\n")));
                out.writeBytes(bodiless ? new byte[0] : chunked(body));
            }
            return answer(Shape.WHOLE, status, bodiless ? 0 : length, out.toByteArray(), after);
        }

        private byte[] chunked(byte[] body) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 64);
            int from = 0;
            while (from < body.length) {
                int size = Math.min(body.length - from, 1 + random.nextInt(body.length));
                out.writeBytes(StrictParser.bytes(
                        Integer.toHexString(size) + (random.nextInt(9) == 0 ? ";a=b" : "") + "\r\n"));
                out.write(body, from, size);
                out.writeBytes(StrictParser.bytes("\r\n"));
                from += size;
            }
            out.writeBytes(StrictParser.bytes("0\r\n" + (random.nextInt(6) == 0 ? "X-T: 1\r\n" : "") + "\r\n"));
            return out.toByteArray();
        }

        ShapedAnswer untilClose(int length) {
            byte[] head = StrictParser.bytes(head("HTTP/1.1", 200, ""));
            byte[] bytes = bodiless ? head : joined(head, body(number, length));
            return answer(Shape.WHOLE, 200, bodiless ? 0 : length, bytes, After.CLOSE);
        }

        ShapedAnswer bodiless(int status) {
            String length = status == 304 && random.nextBoolean() ? "Content-Length: 5\r\n" : "";
            return answer(Shape.WHOLE, status, 0, StrictParser.bytes(head("HTTP/1.1", status, length)), After.KEEP);
        }

        ShapedAnswer interim(int times, int length) {
            String interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
            ShapedAnswer last = whole(200, length, true, After.KEEP);
            byte[] bytes = joined(StrictParser.bytes(interim.repeat(times)), last.bytes());
            return times > 3
                    ? answer(Shape.BROKEN, 200, 0, bytes, After.CLOSE)
                    : answer(Shape.WHOLE, 200, last.bodyLength(), bytes, After.KEEP);
        }

        ShapedAnswer redirect() {
            int status = new int[] {301, 302, 303, 307, 308}[random.nextInt(5)];
            String fields = "Location: /elsewhere\r\nContent-Length: 0\r\n";
            return answer(Shape.WHOLE, status, 0, StrictParser.bytes(head("HTTP/1.1", status, fields)), After.KEEP);
        }

        /** Whoever closes before it has read all may see its answer lost, by TCP's own doing. */
        ShapedAnswer early(boolean hasBody, int length) {
            boolean closes = random.nextInt(3) == 0;
            int status = random.nextBoolean() ? 200 : 413;
            ShapedAnswer late = whole(status, length, true, closes ? After.CLOSE : After.KEEP);
            Shape shape = closes && hasBody ? Shape.UNSURE : Shape.WHOLE;
            return new ShapedAnswer(
                    shape, status, late.bodyLength(), late.bytes(), true, Integer.MAX_VALUE, 0, late.after());
        }

        /** The rest comes in the same segment: what comes later is the next one's answer, to anybody's knowledge. */
        ShapedAnswer spoilt(int length) {
            byte[] more = StrictParser.bytes("HTTP/1.1 200 OK\r\nX-Echo: 0\r\nContent-Length: 4\r\n\r\nevil");
            ShapedAnswer good = whole(200, length, true, After.KEEP);
            return new ShapedAnswer(
                    Shape.WHOLE,
                    200,
                    good.bodyLength(),
                    joined(good.bytes(), more),
                    false,
                    Integer.MAX_VALUE,
                    0,
                    After.SPOILT);
        }

        ShapedAnswer http10(int length) {
            boolean counted = random.nextBoolean();
            byte[] head =
                    StrictParser.bytes(head("HTTP/1.0", 200, counted ? "Content-Length: " + length + "\r\n" : ""));
            byte[] bytes = bodiless ? head : joined(head, body(number, length));
            return answer(Shape.WHOLE, 200, bodiless ? 0 : length, bytes, After.CLOSE);
        }

        ShapedAnswer badHead(String text) {
            byte[] bytes = StrictParser.bytes(text.replace("@", "X-Echo: " + number + "\r\n"));
            return answer(Shape.BROKEN, 200, 0, bytes, After.CLOSE);
        }

        ShapedAnswer cut(int length, boolean counted) {
            ShapedAnswer all = whole(200, length + 10, counted, After.CLOSE);
            int lost = 1 + random.nextInt(counted ? 10 : 5);
            byte[] bytes = Arrays.copyOf(all.bytes(), all.bytes().length - (bodiless ? 0 : lost));
            Shape shape = bodiless ? Shape.WHOLE : Shape.CUT;
            return answer(
                    shape, 200, all.bodyLength(), bytes, random.nextBoolean() && !bodiless ? After.RESET : After.CLOSE);
        }

        ShapedAnswer badChunk() {
            String bad = new String[] {
                        "0x1\r\n", "g\r\n", "5\r\nabc\r\n", "1\nx\r\n", "10000000000000000\r\n", "1 \u0000\r\n"
                    }
                    [random.nextInt(6)];
            byte[] head = StrictParser.bytes(head("HTTP/1.1", 200, "Transfer-Encoding: chunked\r\n"));
            return bodiless
                    ? answer(Shape.WHOLE, 200, 0, head, After.KEEP)
                    : answer(
                            Shape.CUT,
                            200,
                            0,
                            joined(head, StrictParser.bytes("3\r\nr" + (number + ";;").substring(0, 2) + "\r\n" + bad)),
                            After.CLOSE);
        }

        ShapedAnswer manyFields(int count) {
            ShapedAnswer good = whole(200, 3, true, After.CLOSE);
            String text = new String(good.bytes(), ISO_8859_1);
            String more = text.replaceFirst("\r\n", "\r\n" + "a:\r\n".repeat(count));
            return answer(Shape.UNSURE, 200, good.bodyLength(), StrictParser.bytes(more), After.CLOSE);
        }

        ShapedAnswer largeHead() {
            String text = head("HTTP/1.1", 200, "X-Large: " + "a".repeat(70_000) + "\r\nContent-Length: 0\r\n");
            return answer(Shape.BROKEN, 200, 0, StrictParser.bytes(text), After.CLOSE);
        }

        ShapedAnswer late(int length) {
            ShapedAnswer good = whole(200, length, random.nextBoolean(), After.KEEP);
            return new ShapedAnswer(
                    Shape.WHOLE,
                    200,
                    good.bodyLength(),
                    good.bytes(),
                    false,
                    Integer.MAX_VALUE,
                    1 + random.nextInt(8),
                    After.KEEP);
        }

        private static byte[] joined(byte[] first, byte[] second) {
            byte[] out = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, out, first.length, second.length);
            return out;
        }
    }

    @Override
    public String toString() {
        return shape + " " + status + ", body of " + bodyLength + ", " + after + (early ? ", early" : "") + " ["
                + Oracle.printable(bytes, 0, Math.min(bytes.length, 120)) + "]";
    }
}
