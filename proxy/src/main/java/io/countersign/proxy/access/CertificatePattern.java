package io.countersign.proxy.access;

import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.secrets.Quoted;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One entry on certificates: {@code spiffe://TRUST-DOMAIN/PATH}, {@code CN=NAME} or {@code DNS:NAME}.
 *
 * <p>{@code *} stands for any characters, also none, within one segment: of a SPIFFE ID between slashes, of a DNS name between dots, of
 * a common name everywhere. A segment that is {@code *} alone stands for one that is not empty. At the end of a SPIFFE ID, {@code /*}
 * stands for one segment or more.
 *
 * @param text as written
 * @param kind of name that it goes by
 * @param segments of the name, without the prefix; the last one without {@code *} if {@code below}
 * @param below whether it stands for all that lies below the segments
 */
public record CertificatePattern(String text, Kind kind, List<String> segments, boolean below) {
    private static final int MAX_LENGTH = 512;
    private static final String SPIFFE = "spiffe://";
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9._-]+");
    private static final Pattern SEGMENT = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._*-]+");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_*-]+");
    private static final Pattern PLAIN_DNS = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

    /** What a pattern goes by. */
    public enum Kind {
        SPIFFE,
        COMMON_NAME,
        DNS
    }

    public CertificatePattern {
        segments = List.copyOf(segments);
    }

    /** @throws IllegalArgumentException with what would be right */
    public static CertificatePattern parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(Quoted.of(text) + " is longer than " + MAX_LENGTH + " characters");
        }
        if (text.contains("**")) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " has **; write one *, and /* at the end for all that lies below");
        }
        if (text.startsWith(SPIFFE)) {
            return spiffe(text);
        }
        if (text.startsWith("CN=") && text.length() > 3) {
            return new CertificatePattern(text, Kind.COMMON_NAME, List.of(text.substring(3)), false);
        }
        if (text.startsWith("DNS:") && text.length() > 4) {
            return dns(text);
        }
        throw new IllegalArgumentException(Quoted.of(text)
                + " is not a pattern for certificates; write spiffe://TRUST-DOMAIN/PATH, CN=NAME or DNS:NAME");
    }

    private static CertificatePattern spiffe(String text) {
        List<String> segments = List.of(text.substring(SPIFFE.length()).split("/", -1));
        if (!DOMAIN.matcher(segments.get(0)).matches()) {
            throw new IllegalArgumentException(Quoted.of(text)
                    + " needs a whole trust domain after spiffe://, in lower case and without *, such as"
                    + " spiffe://prod/agents/*");
        }
        for (String segment : segments.subList(1, segments.size())) {
            if (!SEGMENT.matcher(segment).matches()) {
                throw new IllegalArgumentException(
                        Quoted.of(text) + " has the segment " + Quoted.of(segment)
                                + ", which no SPIFFE ID has: letters, digits and . _ - are allowed, and * stands for any of them");
            }
        }
        boolean below = segments.size() > 1 && segments.get(segments.size() - 1).equals("*");
        return new CertificatePattern(
                text, Kind.SPIFFE, below ? segments.subList(0, segments.size() - 1) : segments, below);
    }

    private static CertificatePattern dns(String text) {
        List<String> labels =
                List.of(text.substring("DNS:".length()).toLowerCase(Locale.ROOT).split("\\.", -1));
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                throw new IllegalArgumentException(Quoted.of(text) + " is not a DNS name; write one such as"
                        + " DNS:*.agents.internal, where * stands within one label");
            }
        }
        return new CertificatePattern(text, Kind.DNS, labels, false);
    }

    /** Whether a certificate may be allowed by it: by a name that is its only one of the kind, or by one of its DNS names. */
    public boolean allows(ClientCertificate certificate) {
        return switch (kind) {
            case SPIFFE -> certificate.spiffeId().filter(this::matches).isPresent();
            case COMMON_NAME ->
                certificate.names().common().size() == 1
                        && matches(certificate.names().common().get(0));
            // A certificate for *.internal is for no single client.
            case DNS ->
                certificate.names().dns().stream()
                        .anyMatch(name -> PLAIN_DNS.matcher(name).matches() && matches(name));
        };
    }

    /** Whether this one matches whatever the other one matches, as far as their texts show. */
    public boolean covers(CertificatePattern other) {
        // A * in the other's text is matched by a * alone.
        return kind == other.kind
                && matches(
                        switch (kind) {
                            case SPIFFE -> other.text;
                            case COMMON_NAME -> other.segments.get(0);
                            case DNS -> String.join(".", other.segments);
                        });
    }

    /** Whether there may be a name that both match, as far as their texts show; names of different kinds are no such name. */
    public boolean meets(CertificatePattern other) {
        if (kind != other.kind) {
            return false;
        }
        int common = Math.min(segments.size(), other.segments.size());
        // What lies below takes one segment or more.
        if (segments.size() != other.segments.size()
                ? !(segments.size() < other.segments.size() ? below : other.below)
                : below != other.below) {
            return false;
        }
        for (int i = 0; i < common; i++) {
            if (!meet(segments.get(i), other.segments.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a text matches both: each state is how far both have come, and a * takes any of the other's characters. */
    private static boolean meet(String one, String other) {
        boolean[][] reached = new boolean[one.length() + 1][other.length() + 1];
        reached[0][0] = true;
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                boolean star = i < one.length() && one.charAt(i) == '*';
                boolean starOfOther = j < other.length() && other.charAt(j) == '*';
                if (!reached[i][j]) {
                    continue;
                }
                if (star || starOfOther) {
                    // Either nothing more is taken by it, or one more of the other's characters.
                    reached[i + (i < one.length() ? 1 : 0)][j] |= star || (starOfOther && i < one.length());
                    reached[i][j + (j < other.length() ? 1 : 0)] |= starOfOther || (star && j < other.length());
                } else if (i < one.length() && j < other.length() && one.charAt(i) == other.charAt(j)) {
                    reached[i + 1][j + 1] = true;
                }
            }
        }
        return reached[one.length()][other.length()];
    }

    /** Whether it denies a certificate: by any name of the kind. */
    boolean denies(ClientCertificate certificate) {
        List<String> names = switch (kind) {
            case SPIFFE ->
                certificate.names().uris().stream()
                        .map(CertificatePattern::canonical)
                        .toList();
            case COMMON_NAME -> certificate.names().common();
            case DNS -> certificate.names().dns();
        };
        return names.stream().anyMatch(this::matches);
    }

    /** Scheme and trust domain in lower case: in capitals it is no SPIFFE ID to allow by, but it means the same. */
    private static String canonical(String uri) {
        int slash = uri.indexOf('/', Math.min(SPIFFE.length(), uri.length()));
        int end = slash < 0 ? uri.length() : slash;
        return uri.substring(0, end).toLowerCase(Locale.ROOT) + uri.substring(end);
    }

    private boolean matches(String name) {
        return switch (kind) {
            case SPIFFE ->
                name.startsWith(SPIFFE)
                        && segmentsMatch(List.of(name.substring(SPIFFE.length()).split("/", -1)));
            case COMMON_NAME -> matches(segments.get(0), name);
            case DNS -> segmentsMatch(List.of(name.split("\\.", -1)));
        };
    }

    private boolean segmentsMatch(List<String> of) {
        if (below ? of.size() <= segments.size() : of.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < segments.size(); i++) {
            if (!matches(segments.get(i), of.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Goes back to the last {@code *} alone, so that the time is bounded by both lengths. */
    private static boolean matches(String glob, String text) {
        if (glob.equals("*")) {
            return !text.isEmpty();
        }
        int g = 0;
        int t = 0;
        int star = -1;
        int mark = 0;
        while (t < text.length()) {
            // A * in the text is no wildcard.
            if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                mark = t;
            } else if (g < glob.length() && glob.charAt(g) == text.charAt(t)) {
                g++;
                t++;
            } else if (star >= 0) {
                g = star + 1;
                t = ++mark;
            } else {
                return false;
            }
        }
        while (g < glob.length() && glob.charAt(g) == '*') {
            g++;
        }
        return g == glob.length();
    }
}
