package io.countersign.proxy.credentials;

import io.countersign.proxy.secrets.Secrets;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Puts a failed fetch into words fit for a log. What comes from outside (an STS answer, the body of an endpoint) may repeat
 * credentials and tokens, so it is masked by those who know them. Only {@link #shown} cuts, at the very end: a later
 * mask would not recognise what had been cut.
 */
public final class Reason {
    static final int MAX = 600;
    /** What is carried on before it is shown: more than any message that somebody wrote to be read. */
    private static final int MAX_CARRIED = 16 * 1024;

    private Reason() {}

    public static String of(Throwable failure) {
        return of(failure, Secrets.NONE);
    }

    /** The exception's own words and, where they add something, those of its root cause; masked, but not cut. */
    public static String of(Throwable failure, Secrets secrets) {
        String own = words(failure);
        Throwable root = failure;
        for (int depth = 0; root.getCause() != null && depth < 10; depth++) {
            root = root.getCause();
            Optional<String> host = unknownHost(root);
            if (host.isPresent()) {
                return secrets.line(host.get(), MAX_CARRIED);
            }
        }
        String cause = words(root);
        return secrets.line(own.contains(cause) ? own : own + " (" + cause + ")", MAX_CARRIED);
    }

    /** Fit to be shown: one line, masked by {@code secrets} too, cut. */
    public static String shown(String reason, Secrets secrets) {
        return secrets.line(reason, MAX);
    }

    private static String words(Throwable failure) {
        Optional<String> host = unknownHost(failure);
        if (host.isPresent()) {
            return host.get();
        }
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        // The JDK's network exceptions say what failed in their name alone: "ConnectException: sts.example".
        boolean plain = failure.getClass().getName().startsWith("java.");
        return plain ? failure.getClass().getSimpleName() + ": " + message : message;
    }

    private static Optional<String> unknownHost(Throwable failure) {
        if (!(failure instanceof UnknownHostException) || failure.getMessage() == null) {
            return Optional.empty();
        }
        return Optional.of(failure.getMessage().split(":", 2)[0].strip() + " resolves to no address");
    }
}
