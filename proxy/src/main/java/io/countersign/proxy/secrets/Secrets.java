package io.countersign.proxy.secrets;

import io.countersign.sigv4.AwsCredentials;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Secrets that must not be shown, and the masking of texts that may hold them. All that is shown and came from elsewhere, or
 * holds what did, goes through {@link #line} or {@link #mask}: nothing else in the program masks.
 *
 * <p>A secret is found by its own characters: plain, percent-encoded (also more than once), escaped as in JSON or XML, as hex
 * bytes, within base64 at any alignment, wrapped over lines, and in one of these within another; and in pieces, so that one
 * which somebody else has cut is found as well. What is not known here, such as a token that a source rotates, is found by
 * the name of the field that it stands in, or by its form.
 *
 * <p>Masking always comes before cutting. Safe from any thread.
 */
public final class Secrets {
    public static final Secrets NONE = new Secrets(List.of());

    private static final String MASK = "[redacted]";
    /** A stand-in's secret may be a word, and taking that out would leave no sentence whole. */
    private static final int SHORTEST = 8;

    private static final int LONGEST = Short.MAX_VALUE;
    /** Percent-encoding of percent-encoding of percent-encoding is as far as anybody goes. */
    private static final int MAX_LAYERS = 3;

    private static final int MAX_DEPTH = 2;

    private static final Pattern TOKEN_FIELD =
            Pattern.compile("(?i)(x-amz-security-token\\s*(?::|=|%3D|&#58;|\\\\u003d)\\s*)[^\\s\"'&\\\\<,]+");
    private static final Pattern FIELD = Pattern.compile(
            "(?i)(secret_?access_?key|session_?token|security[_-]?token|web_?identity_?token|aws_secret_access_key"
                    + "|authorization_?token|\"token|access_?token|refresh_?token|client_?secret)"
                    + "([\"']?\\s*(?::|=|>|%3D|&#58;|\\\\u003d)\\s*[\"']?)[^\\s\"'&\\\\<,}]+");
    private static final Pattern AUTHORIZATION =
            Pattern.compile("(?i)(authorization[\"']?\\s*[:=]\\s*[\"']?(?:basic|bearer)\\s+)[^\\s\"'<,}]+");
    private static final Pattern JWT = Pattern.compile("(?<![\\w-])eyJ[\\w-]{8,}\\.[\\w-]{4,}(?:\\.[\\w-]*)?");
    private static final Pattern WHITE_SPACE = Pattern.compile("[\\p{Cntrl}\\s]+");

    private final List<Fragments> known;

    private Secrets(List<Fragments> known) {
        this.known = known;
    }

    /** Secret key and session token. */
    public static Secrets of(AwsCredentials keys) {
        return NONE.and(keys.secretAccessKey()).and(keys.sessionToken());
    }

    /** @param secret null, or one that is short enough to be a word, changes nothing */
    public Secrets and(String secret) {
        if (secret == null || secret.length() < SHORTEST) {
            return this;
        }
        if (secret.length() > LONGEST) {
            return and(secret.substring(0, LONGEST)).and(secret.substring(LONGEST));
        }
        List<Fragments> more = new ArrayList<>(known);
        more.add(new Fragments(secret));
        return new Secrets(List.copyOf(more));
    }

    /** The same text when there is nothing to mask. */
    public String mask(String text) {
        return byName(byValue(text));
    }

    /**
     * Without the secrets known here, and session tokens by the name of their field; for what is somebody else's to say, such
     * as a response that is relayed. The same text when there are none.
     */
    public String maskKnown(String text) {
        return TOKEN_FIELD.matcher(byValue(text)).replaceAll("$1" + MASK);
    }

    /** Whether a short text holds a secret as it is, or a piece of one; costs next to nothing. */
    public boolean plainlyIn(String text) {
        boolean[] found = new boolean[1];
        for (Fragments secret : known) {
            secret.find(text, (from, to) -> found[0] = true);
        }
        return found[0];
    }

    /** One line, masked, and only then cut to {@code max} characters. */
    public String line(String text, int max) {
        String line = WHITE_SPACE.matcher(mask(text)).replaceAll(" ").strip();
        if (line.length() <= max) {
            return line;
        }
        return max < 3 ? line.substring(0, max) : line.substring(0, max - 3) + "...";
    }

    private String byValue(String text) {
        if (known.isEmpty()) {
            return text;
        }
        // Most texts hold none, and to find that out no places need to be kept.
        BitSet hidden = new BitSet();
        layers(View.root(text, false), 0, hidden);
        if (hidden.isEmpty()) {
            return text;
        }
        hidden.clear();
        layers(View.root(text, true), 0, hidden);
        StringBuilder out = new StringBuilder(text.length());
        int kept = 0;
        for (int from = hidden.nextSetBit(0); from >= 0; from = hidden.nextSetBit(kept)) {
            out.append(text, kept, from).append(MASK);
            kept = hidden.nextClearBit(from);
        }
        return out.append(text, kept, text.length()).toString();
    }

    private void layers(View view, int depth, BitSet hidden) {
        Optional<View> layer = Optional.of(view);
        for (int i = 0; i <= MAX_LAYERS && layer.isPresent(); i++) {
            View here = layer.get();
            search(here, hidden);
            Optional<View> joined = Decodings.joined(here);
            joined.ifPresent(lines -> search(lines, hidden));
            if (depth < MAX_DEPTH) {
                Decodings.hex(here, bytes -> within(bytes, depth + 1, hidden));
                Decodings.base64(joined.orElse(here), bytes -> within(bytes, depth + 1, hidden));
            }
            layer = Decodings.unescaped(here);
        }
    }

    /** What was decoded from a word that only looks like an encoding is no text, and nothing is written within it. */
    private void within(View bytes, int depth, BitSet hidden) {
        if (Decodings.isText(bytes.text())) {
            layers(bytes, depth, hidden);
        } else {
            search(bytes, hidden);
        }
    }

    private void search(View view, BitSet hidden) {
        for (Fragments secret : known) {
            secret.find(view.text(), (from, to) -> hidden.set(view.start(from), view.end(to - 1)));
        }
    }

    private static String byName(String text) {
        String fields = FIELD.matcher(text).replaceAll("$1$2" + MASK);
        String headers = AUTHORIZATION.matcher(fields).replaceAll("$1" + MASK);
        return JWT.matcher(headers).replaceAll(MASK);
    }

    @Override
    public String toString() {
        return "Secrets[" + known.size() + "]";
    }
}
