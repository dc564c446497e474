package io.countersign.proxy.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Says in plain words why a text is not YAML. Nothing of the text is repeated: what stands where the parser stumbles may be a
 * secret, and the library's own messages show the lines around it.
 *
 * @param line 1 for the first; 0 when unknown
 */
record YamlFault(int line, String what) {
    private static final Pattern HOCON = Pattern.compile("\\s*(?:countersign[\\w.-]*\\s*[{=]|include\\s+[\"(a-z]).*");

    /** @param problem a part of what the parser says */
    private record Known(String problem, String what) {}

    private static final List<Known> KNOWN = List.of(
            new Known("(TAB)", "a tab is used to indent; YAML takes only spaces"),
            new Known(
                    "mapping values are not allowed",
                    "a key is indented more than its neighbours, or a value holds a colon and a space; line the keys up,"
                            + " or put the value in double quotes"),
            new Known(
                    "could not find expected ':'",
                    "a line is neither a key with its colon nor an item with its dash; write \"key: value\" with a space"
                            + " after the colon"),
            new Known("found unexpected end of stream", "a quote is opened and not closed"),
            new Known(
                    "expected <block end>",
                    "the indentation fits no line above; line the keys of a section up, and the dashes of a list"),
            new Known(
                    "expected ',' or",
                    "a bracket or brace is not closed, or a value that begins with one, such as \"[::1]:8006\", is not in"
                            + " double quotes"),
            new Known(
                    "expected the node content",
                    "a value is missing, or one that begins with a bracket, such as \"[::1]:8006\", is not in double quotes"),
            new Known("cannot start any token", "a value that begins with @, ` or % must be in double quotes"),
            new Known("escape", "a \\ in double quotes begins an escape; write \\\\, or use single quotes"));

    static YamlFault of(YamlEngineException e, String text) {
        return hocon(text).orElseGet(() -> ofParser(e, text));
    }

    /** Of a file that holds one text or list, and no settings. */
    static YamlFault ofRoot(int line, String is, String text) {
        return hocon(text)
                .orElseGet(() -> new YamlFault(
                        line, "is " + is + "; write countersign: on a line, and the settings indented under it"));
    }

    private static Optional<YamlFault> hocon(String text) {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (HOCON.matcher(line).matches()) {
                return Optional.of(new YamlFault(
                        i + 1,
                        "this looks like HOCON; let the file's name end in .conf, or write YAML: countersign: on a line,"
                                + " and the settings indented under it"));
            }
            if (!line.isEmpty() && !line.startsWith("#")) {
                break;
            }
        }
        return Optional.empty();
    }

    private static YamlFault ofParser(YamlEngineException e, String text) {
        if (e instanceof MarkedYamlEngineException marked) {
            return of(marked);
        }
        if (e instanceof ReaderException reader) {
            String before = text.substring(0, Math.min(text.length(), Math.max(0, reader.getPosition())));
            return new YamlFault(
                    (int) before.chars().filter(c -> c == '\n').count() + 1,
                    "holds a control character, which YAML doesn't allow; take it out");
        }
        return new YamlFault(0, "not YAML as written");
    }

    private static YamlFault of(MarkedYamlEngineException e) {
        String problem = String.valueOf(e.getProblem());
        String context = String.valueOf(e.getContext());
        if (context.contains("an alias") || context.contains("an anchor")) {
            return new YamlFault(line(e.getProblemMark()), "a value that begins with * or & must be in double quotes");
        }
        if (context.contains("a tag")) {
            return new YamlFault(line(e.getProblemMark()), "a value that begins with ! must be in double quotes");
        }
        for (Known known : KNOWN) {
            if (problem.contains(known.problem())) {
                // An open quote is at fault where it begins, not where the file ends.
                boolean begins = known.problem().contains("end of stream");
                return new YamlFault(line(begins ? e.getContextMark() : e.getProblemMark()), known.what());
            }
        }
        return new YamlFault(line(e.getProblemMark()), "not YAML as written");
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(-1) + 1;
    }
}
