package io.countersign.proxy.caller;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a {@code Forwarded} field (RFC 7239 section 4): {@code for=10.0.0.1;proto=https, for="[2001:db8::1]:4711"}.
 *
 * <p>The whole of it, or nothing: a quote that its client has left open would swallow what a proxy has added.
 */
final class ForwardedElements {
    /** Of an element without {@code for}: it is no address, so it names nobody. */
    private static final String UNSAID = "";

    private final String text;
    private int at;

    private ForwardedElements(String text) {
        this.text = text;
    }

    /** The value of {@code for} in each element, in their order; empty for what is malformed. */
    static Optional<List<String>> nodes(String text) {
        ForwardedElements elements = new ForwardedElements(text);
        List<String> nodes = new ArrayList<>();
        do {
            elements.skipBlanks();
            Optional<String> node = elements.element();
            if (node.isEmpty()) {
                return Optional.empty();
            }
            nodes.add(node.get());
            elements.skipBlanks();
        } while (elements.skip(','));
        return elements.at == text.length() ? Optional.of(nodes) : Optional.empty();
    }

    private Optional<String> element() {
        // A client chooses how many there are.
        Set<String> names = new HashSet<>();
        String node = UNSAID;
        do {
            skipBlanks();
            String name = token().toLowerCase(Locale.ROOT);
            if (name.isEmpty() || !names.add(name) || !skip('=')) {
                return Optional.empty();
            }
            Optional<String> value = at < text.length() && text.charAt(at) == '"' ? quoted() : Optional.of(token());
            if (value.isEmpty() || value.get().isEmpty()) {
                return Optional.empty();
            }
            if (name.equals("for")) {
                node = value.get();
            }
            skipBlanks();
        } while (skip(';'));
        return Optional.of(node);
    }

    private String token() {
        int from = at;
        while (at < text.length() && isTokenCharacter(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    /** Empty when it does not end. */
    private Optional<String> quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\') {
                at++;
            }
            if (at < text.length()) {
                value.append(text.charAt(at++));
            }
        }
        return skip('"') ? Optional.of(value.toString()) : Optional.empty();
    }

    private boolean skip(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void skipBlanks() {
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
    }

    /** RFC 9110 section 5.6.3. */
    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** RFC 9110 section 5.6.2. */
    private static boolean isTokenCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
