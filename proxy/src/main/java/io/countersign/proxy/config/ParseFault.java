package io.countersign.proxy.config;

import com.typesafe.config.ConfigException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Says in plain words why a text is not HOCON, for the mistakes that are made most; the parser's own words are about its
 * grammar. Nothing of the text is repeated but keys and punctuation: what stands where the parser stumbles may be a secret.
 *
 * @param line 1 for the first; 0 when unknown
 */
record ParseFault(int line, String what) {
    private static final Pattern UNQUOTED_COLON =
            Pattern.compile("(?:^|[{,\\s])[\\w.\"-]+\\s*[=:]\\s*\\[?\\s*[^\\s\"{}\\[\\],=#]*:");
    private static final Pattern LIST_OF_ROUTES = Pattern.compile(".*?\\b(\\w[\\w-]*)\\s*\\[.*");
    private static final Pattern YAML_KEY = Pattern.compile("\\s*(?:- +)?[\\w.-]+:(?: +.*)?");
    /** HOCON would have a brace there. */
    private static final Pattern YAML_SECTION = Pattern.compile("\\s*[\\w.-]+:");

    private static final Pattern YAML_ITEM = Pattern.compile("\\s*- +\\S.*");

    private static final String URL_IN_QUOTES = "a URL must be in double quotes; write upstream = \"https://...\"";

    static ParseFault of(ConfigException e, String name, String text) {
        int line = e.origin() == null ? 0 : Math.max(0, e.origin().lineNumber());
        List<String> lines = text.lines().toList();
        Optional<ParseFault> known =
                yaml(lines).or(() -> Nesting.fault(text)).or(() -> at(lines, line, String.valueOf(e.getMessage())));
        return known.orElseGet(() -> new ParseFault(line, "not HOCON as written: " + parserMessage(e, name)));
    }

    private static Optional<ParseFault> at(List<String> lines, int line, String message) {
        // The parser may have gone on to the next line before it noticed.
        for (int at = line; at >= Math.max(1, line - 1); at--) {
            String text = at <= lines.size() ? lines.get(at - 1) : "";
            if (UNQUOTED_COLON.matcher(text).find() && message.contains("':'")) {
                return Optional.of(new ParseFault(
                        at,
                        "a value with a colon must be in double quotes, such as \"127.0.0.1:8005\" or \"file:NAME\""));
            }
            var list = LIST_OF_ROUTES.matcher(text);
            if (list.matches() && message.contains("may not be followed by token")) {
                String key = list.group(1);
                return Optional.of(new ParseFault(
                        at,
                        key.equals("routes")
                                ? "routes is a map by name; write routes { NAME { upstream = ... } }"
                                : "a key and its list need = between them; write " + key + " = [...]"));
            }
        }
        return Optional.empty();
    }

    /** YAML has no braces around its settings: lines of {@code key:} and items with a dash, and hardly a {@code =} or brace. */
    private static Optional<ParseFault> yaml(List<String> lines) {
        int yaml = 0;
        int sections = 0;
        int first = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String code = line.strip();
            if (code.isEmpty() || code.startsWith("#")) {
                continue;
            }
            boolean item = YAML_ITEM.matcher(line).matches();
            if (code.equals("---") || item || (YAML_KEY.matcher(line).matches() && isBalanced(code))) {
                yaml++;
                sections += YAML_SECTION.matcher(line).matches() ? 1 : 0;
                first = first == 0 ? i + 1 : first;
            } else {
                return Optional.empty();
            }
        }
        return yaml < 2 || sections == 0
                ? Optional.empty()
                : Optional.of(new ParseFault(
                        first,
                        "this looks like YAML; let the file's name end in .yaml, or write HOCON: countersign { routes { NAME { upstream ="
                                + " \"https://...\" } } }"));
    }

    /** A mapping or list that begins in a line ends in it, as hardly any section of HOCON does. */
    private static boolean isBalanced(String line) {
        return line.chars().filter(c -> c == '{' || c == '[').count()
                == line.chars().filter(c -> c == '}' || c == ']').count();
    }

    /** The parser quotes what it stumbled over, which may be half a secret: only punctuation is repeated. */
    static String parserMessage(ConfigException e, String name) {
        String message = String.valueOf(e.getMessage());
        String place = e.origin() == null ? name : e.origin().description();
        message = message.startsWith(place + ": ") ? message.substring(place.length() + 2) : message;
        // Its advice in brackets is about other file formats.
        int advice = message.indexOf(" (if you ");
        String plain = advice < 0 ? message : message.substring(0, advice);
        advice = plain.indexOf(", try enclosing ");
        plain = advice < 0 ? plain : plain.substring(0, advice);
        return plain.replaceAll("'[^'\n]*[\\p{L}\\p{N}][^\n]*'(?=[ ,;:.]|$)", "'...'")
                .replaceAll("(?s)'[^'\n]*[\\p{L}\\p{N}][^'\n]*'", "'...'")
                .replaceAll("(?s)\"[^\"\n]*[\\p{L}\\p{N}][^\"\n]*\"", "\"...\"");
    }

    /** Braces, brackets and quotes that have no counterpart. */
    private static final class Nesting {
        private record Open(char bracket, int line) {}

        private final String text;
        private final Deque<Open> open = new ArrayDeque<>();
        private int line = 1;

        private Nesting(String text) {
            this.text = text;
        }

        static Optional<ParseFault> fault(String text) {
            return new Nesting(text).scan();
        }

        private Optional<ParseFault> scan() {
            for (int at = 0; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '\n') {
                    line++;
                } else if (isUrlWithoutQuotes(at)) {
                    // The rest of the line counts as a comment, and so do the braces that close there.
                    return Optional.of(new ParseFault(line, URL_IN_QUOTES));
                } else if (c == '#' || text.startsWith("//", at)) {
                    at = endOfLine(at) - 1;
                } else if (text.startsWith("\"\"\"", at)) {
                    int end = text.indexOf("\"\"\"", at + 3);
                    if (end < 0) {
                        return Optional.of(new ParseFault(line, "the text in \"\"\" that begins here is never closed"));
                    }
                    line += (int) text.substring(at, end)
                            .chars()
                            .filter(x -> x == '\n')
                            .count();
                    at = end + 2;
                } else if (c == '"') {
                    int end = endOfQuoted(at);
                    if (end < 0) {
                        return Optional.of(new ParseFault(line, "a double quote is opened and not closed on its line"));
                    }
                    at = end;
                } else if (c == '{' || c == '[') {
                    open.push(new Open(c, line));
                } else if (c == '}' || c == ']') {
                    Open last = open.poll();
                    if (last == null) {
                        return Optional.of(new ParseFault(line, "this " + c + " has no opening counterpart"));
                    }
                    if ((last.bracket == '{') != (c == '}')) {
                        return Optional.of(new ParseFault(
                                line, "this " + c + " closes the " + last.bracket + " of line " + last.line));
                    }
                }
            }
            return open.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ParseFault(
                            open.peekLast().line, "the " + open.peekLast().bracket + " opened here is not closed"));
        }

        private boolean isUrlWithoutQuotes(int at) {
            return at > 1
                    && text.startsWith("//", at)
                    && text.charAt(at - 1) == ':'
                    && Character.isLetter(text.charAt(at - 2));
        }

        private int endOfLine(int at) {
            int end = text.indexOf('\n', at);
            return end < 0 ? text.length() : end;
        }

        private int endOfQuoted(int at) {
            for (int i = at + 1; i < text.length() && text.charAt(i) != '\n'; i++) {
                if (text.charAt(i) == '\\') {
                    i++;
                } else if (text.charAt(i) == '"') {
                    return i;
                }
            }
            return -1;
        }
    }
}
