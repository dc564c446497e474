package io.countersign.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Sampled stacks in async-profiler's collapsed form (frames joined by semicolons, outermost first, then a space and a count), of the
 * event loops alone: who is to be charged with a sample.
 */
final class Stacks {
    private static final String OURS = "io/countersign/";
    private static final String PROXY = OURS + "proxy/";

    private final Map<List<String>, Long> counts = new HashMap<>();

    /** Reads a file whose outermost frames are threads. */
    static Stacks ofLoops(Path collapsed) throws IOException {
        Stacks stacks = new Stacks();
        for (String line : Files.readAllLines(collapsed)) {
            int space = line.lastIndexOf(' ');
            List<String> frames = List.of(line.substring(0, space).split(";"));
            if (frames.get(0).contains("countersign-loop")) {
                stacks.counts.merge(frames, Long.parseLong(line.substring(space + 1)), Long::sum);
            }
        }
        return stacks;
    }

    long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The largest first. */
    List<Map.Entry<String, Long>> by(Function<List<String>, String> whom) {
        Map<String, Long> sums = new HashMap<>();
        counts.forEach((frames, count) -> sums.merge(whom.apply(frames), count, Long::sum));
        return sums.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .toList();
    }

    /** What a sample of CPU time went into: the kernel, cryptography, one of our packages with what it calls of the JDK, or Netty. */
    static String part(List<String> frames) {
        if (isAny(frames, "_[k]")) {
            return "kernel: " + systemCall(frames);
        }
        if (frames.get(frames.size() - 1).startsWith("sha256") || isAny(frames, "sun/security/provider/SHA2.")) {
            return "SHA-256";
        }
        if (isAny(frames, "sun/security/ssl/") || isAny(frames, "com/sun/crypto/")) {
            return "TLS in the JDK";
        }
        for (int i = frames.size() - 1; i >= 0; i--) {
            if (frames.get(i).startsWith(OURS)) {
                return "ours: " + packageOf(frames.get(i));
            }
            if (frames.get(i).startsWith("io/netty/")) {
                return "Netty";
            }
        }
        return "the rest";
    }

    private static boolean isAny(List<String> frames, String text) {
        return frames.stream().anyMatch(frame -> frame.contains(text));
    }

    private static String systemCall(List<String> frames) {
        return isAny(frames, "SocketDispatcher.write")
                ? "write"
                : isAny(frames, "SocketDispatcher.read") ? "read" : "wait for events, and the rest";
    }

    private static String packageOf(String frame) {
        String name = frame.startsWith(PROXY) ? frame.substring(PROXY.length()) : frame.substring(OURS.length());
        int slash = name.indexOf('/');
        return slash < 0 ? "proxy" : name.substring(0, slash);
    }

    /** The innermost method, of ours or of others. */
    static String method(List<String> frames) {
        return plain(frames.get(frames.size() - 1));
    }

    /** Which of our methods, or of Netty's TLS handler, had the object made; the last frame is its class. */
    static String site(List<String> frames) {
        for (int i = frames.size() - 2; i >= 0; i--) {
            String frame = frames.get(i);
            if (frame.startsWith(OURS) && !frame.contains("$$Lambda")) {
                return plain(frame.substring(OURS.length()));
            }
            if (frame.startsWith("io/netty/handler/ssl/SslHandler.")) {
                return "TLS: " + plain(frame.substring(frame.lastIndexOf('/') + 1));
            }
        }
        return "Netty: " + plain(frames.get(frames.size() - 2));
    }

    /** Without what marks how a frame was run. */
    private static String plain(String frame) {
        return frame.replaceAll("_\\[[a-z0-9]\\]$", "").replace('/', '.');
    }
}
