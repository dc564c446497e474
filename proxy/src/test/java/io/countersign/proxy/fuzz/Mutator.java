package io.countersign.proxy.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Changes bytes as no grammar would. */
final class Mutator {
    /** What parsers disagree about. */
    private static final String[] PIECES = {
        "\r",
        "\n",
        "\r\n",
        "\r\n\r\n",
        "\t",
        " ",
        "\0",
        "\013",
        "\f",
        "\177",
        "\u0085",
        "\u00a0",
        "\u00ff",
        ":",
        ",",
        ";",
        "\"",
        "%",
        "%00",
        "%0d%0a",
        "?",
        "#",
        "/",
        "..",
        "\\",
        "0",
        "0\r\n\r\n",
        "1\r\n",
        "chunked",
        "HTTP/1.1",
        "HTTP/1.0",
        "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Connection: close\r\n",
        "Host: localhost\r\n",
        " HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\n",
        "Expect: 100-continue\r\n",
        "a:\r\n"
    };

    private Mutator() {}

    static byte[] mutate(SplittableRandom random, byte[] bytes) {
        byte[] out = bytes;
        for (int n = random.nextInt(3); n >= 0; n--) {
            out = once(random, out);
        }
        return out;
    }

    private static byte[] once(SplittableRandom random, byte[] bytes) {
        if (bytes.length == 0) {
            return bytes;
        }
        // Heads are where it matters; a large body would swallow most of it.
        int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(bytes.length, 300));
        int length = Math.min(1 + random.nextInt(random.nextInt(4) == 0 ? 40 : 2), bytes.length - at);
        return switch (random.nextInt(6)) {
            case 0 -> {
                byte[] changed = bytes.clone();
                changed[at] = (byte) random.nextInt(256);
                yield changed;
            }
            case 1 -> replaced(bytes, at, length, new byte[0]);
            case 2 -> replaced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
            case 3 -> replaced(bytes, at, 1, piece(random));
            default -> replaced(bytes, at, 0, piece(random));
        };
    }

    private static byte[] piece(SplittableRandom random) {
        return StrictParser.bytes(PIECES[random.nextInt(PIECES.length)]);
    }

    private static byte[] replaced(byte[] bytes, int at, int length, byte[] with) {
        byte[] out = Arrays.copyOf(bytes, bytes.length - length + with.length);
        System.arraycopy(with, 0, out, at, with.length);
        System.arraycopy(bytes, at + length, out, at + with.length, bytes.length - at - length);
        return out;
    }
}
