package io.countersign.proxy.rejection;

import io.countersign.proxy.secrets.Secrets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The texts of a signature as we computed them, beside those that AWS says it computed, part by part. Fit to be shown: values of
 * the query, and of header fields but for a few that are never secret, are replaced by their length after they were compared; what is
 * left goes through {@link Secrets}. Bounded, so that one can be kept for each route.
 *
 * @param sentBack what AWS has sent back
 * @param parts in the order of the texts; where there are too many, those that are alike are left out first
 * @param leftOut how many parts there are besides
 */
public record Comparison(Set<Text> sentBack, List<Part> parts, int leftOut) {
    private static final int MAX_PARTS = 60;
    private static final int MAX_VALUE = 300;

    private static final Set<String> SHOWN = Set.of(
            "host",
            "date",
            "content-type",
            "content-encoding",
            "content-length",
            "x-amz-date",
            "x-amz-content-sha256",
            "x-amz-decoded-content-length",
            "x-amz-region-set",
            "x-amz-target");

    private static final List<String> LINES = List.of("algorithm", "time", "scope", "hash of the canonical request");

    public Comparison {
        sentBack = Set.copyOf(sentBack);
        parts = List.copyOf(parts);
    }

    /** Which of the two texts. */
    public enum Text {
        CANONICAL_REQUEST,
        STRING_TO_SIGN
    }

    /**
     * One part of a text.
     *
     * @param name such as {@code path} or {@code header host}
     * @param ours empty where AWS alone has it
     * @param aws empty where AWS does not have it, or has not sent the text back
     * @param differs by the values themselves, also where they are not shown; false where AWS has not sent the text back
     */
    public record Part(Text text, String name, Optional<String> ours, Optional<String> aws, boolean differs) {}

    /** For a signature that does not match, and whenever AWS sends back what it computed; empty otherwise. */
    public static Optional<Comparison> of(Rejection rejection, Signed signed, Secrets secrets) {
        Workings aws = rejection.workings();
        boolean worthIt = rejection.cause() == Rejection.Cause.SIGNATURE_MISMATCH || !aws.equals(Workings.NONE);
        return worthIt ? Optional.of(new Builder(secrets).build(aws, signed)) : Optional.empty();
    }

    /** Compares first, and masks what it keeps. */
    private static final class Builder {
        private final Secrets secrets;
        private final Set<Text> sentBack = new LinkedHashSet<>();
        private final List<Part> parts = new ArrayList<>();

        Builder(Secrets secrets) {
            this.secrets = secrets;
        }

        Comparison build(Workings aws, Signed signed) {
            canonicalRequest(aws.canonicalRequest(), signed.canonicalRequest());
            stringToSign(aws.stringToSign(), signed.stringToSign());
            List<Part> kept = new ArrayList<>(parts);
            shorten(kept, part -> !part.differs());
            shorten(kept, part -> true);
            return new Comparison(sentBack, kept, parts.size() - kept.size());
        }

        private static void shorten(List<Part> parts, Predicate<Part> which) {
            for (int i = parts.size() - 1; i >= 0 && parts.size() > MAX_PARTS; i--) {
                if (which.test(parts.get(i))) {
                    parts.remove(i);
                }
            }
        }

        private void canonicalRequest(String aws, String ours) {
            Optional<CanonicalParts> mine = CanonicalParts.of(ours);
            Optional<CanonicalParts> theirs = CanonicalParts.of(aws);
            if (mine.isEmpty()) {
                return;
            }
            if (theirs.isPresent()) {
                sentBack.add(Text.CANONICAL_REQUEST);
            } else if (!aws.isEmpty()) {
                parts.add(new Part(
                        Text.CANONICAL_REQUEST,
                        "form",
                        Optional.empty(),
                        Optional.of("not that of a canonical request: " + aws.length() + " characters"),
                        true));
            }
            whole("method", mine.get().method(), theirs.map(CanonicalParts::method));
            whole("path", mine.get().path(), theirs.map(CanonicalParts::path));
            query(mine.get().query(), theirs.map(CanonicalParts::query));
            Map<String, String> none = Map.of();
            named(
                    "header ",
                    mine.get().headers(),
                    theirs.map(CanonicalParts::headers).orElse(none));
            whole("signed headers", mine.get().signedHeaders(), theirs.map(CanonicalParts::signedHeaders));
            whole("hash of the body", mine.get().payload(), theirs.map(CanonicalParts::payload));
        }

        private void whole(String name, String ours, Optional<String> aws) {
            add(Text.CANONICAL_REQUEST, name, Optional.of(ours), aws, true);
        }

        private void query(String ours, Optional<String> aws) {
            Map<String, String> mine = parameters(ours);
            Map<String, String> theirs = aws.map(Builder::parameters).orElse(Map.of());
            if (aws.isPresent() && mine.equals(theirs) && !aws.get().equals(ours)) {
                whole(
                        "order of the query",
                        String.join("&", mine.keySet()),
                        Optional.of(String.join("&", theirs.keySet())));
            }
            named("query ", mine, theirs);
        }

        private static Map<String, String> parameters(String query) {
            Map<String, String> parameters = new LinkedHashMap<>();
            if (!query.isEmpty()) {
                for (String pair : query.split("&", -1)) {
                    int equals = pair.indexOf('=');
                    String name = equals < 0 ? pair : pair.substring(0, equals);
                    parameters.merge(
                            name, equals < 0 ? "" : pair.substring(equals + 1), (one, other) -> one + "&" + other);
                }
            }
            return parameters;
        }

        private void named(String kind, Map<String, String> ours, Map<String, String> aws) {
            Set<String> names = new LinkedHashSet<>(ours.keySet());
            names.addAll(aws.keySet());
            names.forEach(name -> add(
                    Text.CANONICAL_REQUEST,
                    kind + name,
                    Optional.ofNullable(ours.get(name)),
                    Optional.ofNullable(aws.get(name)),
                    kind.startsWith("header") && SHOWN.contains(name)));
        }

        private void stringToSign(String aws, String ours) {
            if (!aws.isEmpty()) {
                sentBack.add(Text.STRING_TO_SIGN);
            }
            List<String> mine = lines(ours);
            List<String> theirs = lines(aws);
            for (int i = 0; i < LINES.size(); i++) {
                add(Text.STRING_TO_SIGN, LINES.get(i), at(mine, i), at(theirs, i), true);
            }
        }

        private static List<String> lines(String text) {
            return text.isEmpty() ? List.of() : Arrays.asList(text.split("\r?\n", -1));
        }

        private static Optional<String> at(List<String> lines, int index) {
            return index < lines.size() ? Optional.of(lines.get(index)) : Optional.empty();
        }

        private void add(Text text, String name, Optional<String> ours, Optional<String> aws, boolean shown) {
            parts.add(new Part(
                    text,
                    secrets.line(name, MAX_VALUE),
                    ours.map(value -> shown(value, shown)),
                    aws.map(value -> shown(value, shown)),
                    sentBack.contains(text) && !ours.equals(aws)));
        }

        private String shown(String value, boolean shown) {
            return shown ? secrets.line(value, MAX_VALUE) : "[not shown: " + value.length() + " characters]";
        }
    }
}
