package io.countersign.proxy.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.countersign.proxy.fuzz.FuzzCase.Ending;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes cases: mostly good requests, some with a fault by the grammar, some with bytes changed at random.
 *
 * <p>The same seed makes the same case. A case whose requests could not be told from another's is thrown away and made anew.
 */
final class Generator {
    private final int mostBody;

    /** @param mostBody the proxy's limit of a body */
    Generator(int mostBody) {
        this.mostBody = mostBody;
    }

    FuzzCase make(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String tag = "t" + String.format("%012x", random.nextLong() >>> 16);
        while (true) {
            byte[] bytes = stream(random, tag);
            Ending ending = ending(random);
            if (ending == Ending.VANISH) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            }
            List<Expected> expected = Oracle.judge(bytes, mostBody);
            if (expected.stream().allMatch(request -> !request.mayBegin() || isTagged(request.head(), tag))) {
                return new FuzzCase(
                        seed,
                        tag,
                        bytes,
                        expected,
                        writes(random, bytes.length),
                        random.nextInt(4) == 0,
                        random.nextInt(3) != 0,
                        ending);
            }
        }
    }

    private static boolean isTagged(ParsedHead head, String tag) {
        return Rules.originForm(head.target()).contains(tag)
                || (head.values("x-case").stream().anyMatch(value -> value.contains(tag))
                        && !head.list("connection").contains("x-case"));
    }

    private static Ending ending(SplittableRandom random) {
        int n = random.nextInt(20);
        return n < 12 ? Ending.CLOSE : n < 15 ? Ending.RESET : n < 18 ? Ending.HALF_CLOSE : Ending.VANISH;
    }

    private byte[] stream(SplittableRandom random, String tag) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        int requests = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(8);
        // At most one fault of the grammar: behind it, little is read.
        int faulty = random.nextInt(3) == 0 ? random.nextInt(requests) : -1;
        for (int i = 0; i < requests; i++) {
            RequestMaker maker = new RequestMaker(random, tag + "-" + i, mostBody);
            out.writeBytes(maker.make(i == faulty, i == requests - 1 && random.nextInt(4) == 0));
        }
        byte[] bytes = out.toByteArray();
        if (random.nextInt(6) > 0) {
            return bytes;
        }
        // A mutation may make a name or a path of a parameter's value, and those may be logged.
        String noValue = new String(bytes, ISO_8859_1)
                .replace(RequestMaker.CANARY, "QUERYNOTHING".substring(0, RequestMaker.CANARY.length()));
        return Mutator.mutate(random, StrictParser.bytes(noValue));
    }

    private static List<Integer> writes(SplittableRandom random, int length) {
        List<Integer> writes = new ArrayList<>();
        switch (random.nextInt(8)) {
            case 0 -> {
                for (int i = 0; i < 6; i++) {
                    writes.add(1 + random.nextInt(Math.max(1, length / 3)));
                }
            }
            case 1 -> writes.add(1 + random.nextInt(60));
            case 2 -> writes.add(length < 1500 ? 1 : 40);
            default -> writes.add(Integer.MAX_VALUE);
        }
        return writes;
    }
}
