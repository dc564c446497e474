package io.countersign.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Turns one YAML file into what HOCON makes of the same settings, each value with its line.
 *
 * <p>A value is the text that was written, so {@code no}, {@code on}, {@code 1.10} and dates mean what they say; the readers of
 * the settings give it its type. What YAML's versions read differently, and what makes a file mean more than it shows
 * (aliases, tags, merge keys, a second document), is refused.
 *
 * <p>Only this class and {@link YamlFault} use the library, so it is loaded with the first YAML file.
 */
final class YamlParser {
    private static final int MAX_DEPTH = 50;

    private final String text;
    private final String name;
    private final Faults faults;
    private final Iterator<Event> events;

    private YamlParser(String text, String name, Faults faults) {
        this.text = text;
        this.name = name;
        this.faults = faults;
        events = new Parse(LoadSettings.builder().setLabel(name).build())
                .parseString(text)
                .iterator();
    }

    /** The settings; empty, with the faults noted, when the file is not right. */
    static Config parse(String text, String name, Faults faults) {
        try {
            return new YamlParser(text, name, faults).document();
        } catch (YamlEngineException e) {
            YamlFault fault = YamlFault.of(e, text);
            faults.add(fault.line() > 0 ? name + ":" + fault.line() : name, fault.what());
        } catch (TooDeep e) {
            faults.add(name + ":" + e.line, "is nested more than " + MAX_DEPTH + " deep; no setting is");
        }
        return ConfigFactory.empty();
    }

    private Config document() {
        events.next(); // The stream's start.
        if (events.next() instanceof StreamEndEvent) {
            return empty();
        }
        Event first = events.next();
        if (first instanceof ScalarEvent scalar && scalar.isPlain() && PlainText.isNull(scalar.getValue())) {
            return empty();
        }
        ConfigValue root = value(first, line(first), List.of());
        if (!(root instanceof ConfigObject object)) {
            YamlFault fault = YamlFault.ofRoot(line(first), first instanceof ScalarEvent ? "a string" : "a list", text);
            faults.add(name + ":" + fault.line(), fault.what());
            return ConfigFactory.empty();
        }
        for (Event event = events.next(); !(event instanceof StreamEndEvent); event = events.next()) {
            if (event instanceof DocumentStartEvent) {
                faults.add(
                        name + ":" + line(event),
                        "a second document begins here; keep one, and take out the line --- between them");
                break;
            }
            assert event instanceof DocumentEndEvent : event;
        }
        return object.toConfig();
    }

    private Config empty() {
        faults.add(name, "holds no setting; write countersign: on a line, and the settings indented under it");
        return ConfigFactory.empty();
    }

    /** @param line that the value is said to be on */
    private ConfigValue value(Event event, int line, List<String> path) {
        ConfigOrigin origin = ConfigOriginFactory.newSimple(name).withLineNumber(line);
        if (path.size() > MAX_DEPTH) {
            throw new TooDeep(line);
        }
        rejectReferences(event, path);
        if (event instanceof MappingStartEvent start) {
            return ConfigValueFactory.fromMap(mapping(start, path)).withOrigin(origin);
        }
        if (event instanceof CollectionStartEvent) {
            return ConfigValueFactory.fromIterable(sequence(path)).withOrigin(origin);
        }
        return ConfigValueFactory.fromAnyRef(event instanceof ScalarEvent scalar ? scalar(scalar, path) : "")
                .withOrigin(origin);
    }

    private Map<String, ConfigValue> mapping(MappingStartEvent start, List<String> path) {
        Map<String, ConfigValue> values = new LinkedHashMap<>();
        Map<String, Integer> lines = new HashMap<>();
        for (Event event = events.next(); !(event instanceof CollectionEndEvent); event = events.next()) {
            int line = line(event);
            Optional<String> key = key(event, path);
            List<String> inner = new ArrayList<>(path);
            inner.add(key.orElse("?"));
            Event written = events.next();
            if (start.isFlow() && isAbsent(written)) {
                // {secret} is a key without a value: it was meant as a text, so it is not repeated.
                fault(line, path, "a name in braces has no value; put a text that begins with { in double quotes");
                continue;
            }
            ConfigValue value = value(written, line, inner);
            if (key.isPresent()) {
                Integer earlier = lines.putIfAbsent(key.get(), line);
                if (earlier != null) {
                    fault(line, inner, "is written twice, the first time on line " + earlier + "; keep one of them");
                }
                values.put(key.get(), value);
            }
        }
        return values;
    }

    private List<ConfigValue> sequence(List<String> path) {
        List<ConfigValue> values = new ArrayList<>();
        for (Event event = events.next(); !(event instanceof CollectionEndEvent); event = events.next()) {
            List<String> inner = new ArrayList<>(path);
            inner.add("[" + values.size() + "]");
            values.add(value(event, line(event), inner));
        }
        return values;
    }

    /** Empty after a fault. */
    private Optional<String> key(Event event, List<String> path) {
        rejectReferences(event, path);
        if (!(event instanceof ScalarEvent scalar)) {
            if (event instanceof CollectionStartEvent) {
                fault(line(event), path, "has a list or an object as a key; write a name there");
                skip();
            }
            return Optional.empty();
        }
        String key = scalar.getValue();
        String wrong = scalar.isPlain() ? PlainText.wrongKey(key) : "";
        if (wrong.isEmpty()) {
            return Optional.of(key);
        }
        fault(line(event), path, wrong);
        return Optional.empty();
    }

    /** Null for null, which is refused for every kind of file at once. */
    private Object scalar(ScalarEvent scalar, List<String> path) {
        String text = scalar.getValue();
        Matcher variable = Substitutions.QUOTED.matcher(text);
        if (variable.find()) {
            fault(
                    line(scalar),
                    path,
                    variable.group() + " is not replaced in YAML; set " + variable(path)
                            + " instead, or write the file in HOCON");
            return "";
        }
        if (scalar.isPlain() && PlainText.isDisputed(text)) {
            fault(
                    line(scalar),
                    path,
                    "YAML readers differ on what this number is; write it in decimal, or, if it is a text, in double"
                            + " quotes");
        }
        return scalar.isPlain() ? PlainText.value(text) : text;
    }

    private static boolean isAbsent(Event event) {
        return event instanceof ScalarEvent scalar
                && scalar.isPlain()
                && scalar.getValue().isEmpty();
    }

    private void rejectReferences(Event event, List<String> path) {
        if (!(event instanceof NodeEvent node)) {
            return;
        }
        if (node instanceof AliasEvent) {
            fault(
                    line(event),
                    path,
                    "aliases are not read; write the value out, or put a text that begins with * in double quotes");
        } else if (node.getAnchor().isPresent()) {
            fault(
                    line(event),
                    path,
                    "anchors are not read; take it out, or put a text that begins with & in double quotes");
        }
        if (tag(node).isPresent()) {
            fault(
                    line(event),
                    path,
                    "tags are not read; take it out, and put a text in double quotes, also one that begins with !");
        }
    }

    private static Optional<String> tag(NodeEvent node) {
        if (node instanceof ScalarEvent scalar) {
            return scalar.getTag();
        }
        return node instanceof CollectionStartEvent collection ? collection.getTag() : Optional.empty();
    }

    /** Passes over what is left of a collection that has begun. */
    private void skip() {
        for (int open = 1; open > 0; ) {
            Event event = events.next();
            if (event instanceof CollectionStartEvent) {
                open++;
            } else if (event instanceof CollectionEndEvent) {
                open--;
            }
        }
    }

    private void fault(int line, List<String> path, String what) {
        String setting = setting(path);
        faults.add(name + ":" + line + (setting.isEmpty() ? "" : " (" + setting + ")"), what);
    }

    /** As faults of values name it. */
    private static String setting(List<String> path) {
        return String.join(".", path.subList(Math.min(1, path.size()), path.size()))
                .replace(".[", "[");
    }

    private static String variable(List<String> path) {
        List<String> setting =
                path.stream().skip(1).takeWhile(key -> !key.startsWith("[")).toList();
        return setting.isEmpty() ? "its variable" : VariableName.ofPath(ConfigUtil.joinPath(setting));
    }

    private static int line(Event event) {
        return event.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    private static final class TooDeep extends RuntimeException {
        private final int line;

        TooDeep(int line) {
            super("nested too deep", null, false, false);
            this.line = line;
        }
    }
}
