package io.countersign.proxy.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;

/**
 * Reads one object of the configuration, key by key, and notes every fault on the way. A key that was never asked for
 * is unknown, so there is no list of keys to keep in step with the code that reads them.
 *
 * <p>After a fault a reader returns something harmless, since nothing of a faulty configuration is used. {@link #sound} says
 * whether the values are right, for checks that compare several of them.
 */
public final class Section {
    private final String path;
    private final ConfigObject object;
    private final String origin;
    private final Faults faults;
    private final Set<String> asked;
    private boolean sound = true;

    /** Takes the keys that were never asked for. */
    public interface Leftovers {
        /** @param known keys that were asked for */
        void found(Section section, String key, ConfigValue value, Set<String> known);
    }

    public Section(String path, ConfigObject object, String origin, Faults faults) {
        this(path, object, origin, faults, new TreeSet<>());
    }

    private Section(String path, ConfigObject object, String origin, Faults faults, Set<String> asked) {
        this.asked = asked;
        this.path = path;
        this.object = object;
        this.origin = Origins.text(Origins.of(object), origin);
        this.faults = faults;
    }

    /** Whether every value read so far was right. */
    public boolean sound() {
        return sound;
    }

    public Faults faults() {
        return faults;
    }

    /** Empty for the whole configuration. */
    String path() {
        return path;
    }

    public String path(String key) {
        return path.isEmpty() ? key : path + "." + ConfigUtil.joinPath(key);
    }

    /** Where {@code key} was written; where the section was, if it was not. */
    public String where(String key) {
        ConfigValue value = object.get(key);
        return (value == null ? origin : Origins.text(Origins.of(value), origin)) + " (" + path(key) + ")";
    }

    /** The section itself. */
    public String where() {
        return path.isEmpty() ? origin : origin + " (" + path + ")";
    }

    /** Something in it is faulty, and has been reported. */
    public void spoilt() {
        sound = false;
    }

    public void fault(String key, String what) {
        sound = false;
        faults.add(where(key), what);
    }

    public boolean has(String key) {
        return value(key) != null;
    }

    /** Whether {@code key} has its default, because nobody set it. */
    public boolean isByDefault(String key) {
        ConfigValue value = object.get(key);
        return value == null || Origins.source(value.origin()).startsWith(Origins.REFERENCE);
    }

    /** Every key, in the order of the file; for maps from names. */
    public List<String> names() {
        asked.addAll(object.keySet());
        return object.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, ConfigValue>>comparingInt(
                                e -> Origins.of(e.getValue()).lineNumber())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Empty when absent, null, or faulty. */
    public Optional<Setting> text(String key) {
        ConfigValue value = value(key);
        return value == null ? Optional.empty() : scalar(value, path(key));
    }

    public Optional<String> string(String key) {
        return text(key).map(Setting::text);
    }

    private Optional<Setting> scalar(ConfigValue value, String at) {
        String where = Origins.text(value.origin(), origin) + " (" + at + ")";
        String text = switch (value.valueType()) {
            case STRING -> (String) value.unwrapped();
            case NUMBER, BOOLEAN -> value.render();
            default -> null;
        };
        if (text == null) {
            sound = false;
            faults.add(where, "is " + article(value.valueType()) + "; write one value");
            return Optional.empty();
        }
        if (text.contains(Substitutions.MISSING)) {
            // Reported where the variable was looked up.
            sound = false;
            return Optional.empty();
        }
        Matcher quoted = Substitutions.QUOTED.matcher(text);
        if (value.valueType() == ConfigValueType.STRING && quoted.find()) {
            sound = false;
            faults.add(
                    where, quoted.group() + " is not replaced within quotes; write it outside them: " + quoted.group());
            return Optional.empty();
        }
        return Optional.of(new Setting(text, where, value.origin()));
    }

    public int integer(String key, int least, int most) {
        Optional<Setting> setting = text(key);
        if (setting.isEmpty()) {
            return least;
        }
        String text = setting.get().text().strip();
        long number = text.matches("-?\\d{1,12}") ? Long.parseLong(text) : Long.MIN_VALUE;
        if (number < least || number > most) {
            fault(key, setting.get().quoted() + " is not a whole number from " + least + " to " + most);
            return least;
        }
        return (int) number;
    }

    public Duration duration(String key, Duration least, Duration most) {
        Optional<Setting> setting = text(key);
        if (setting.isEmpty()) {
            return least;
        }
        Optional<Duration> duration = Units.duration(setting.get().text());
        String bounds = "from " + Units.text(least) + " to " + Units.text(most);
        if (duration.isEmpty()) {
            fault(
                    key,
                    setting.get().quoted() + " is not a duration; write a number and a unit (ms, s, m, h, d), "
                            + bounds);
        } else if (duration.get().compareTo(least) < 0 || duration.get().compareTo(most) > 0) {
            fault(key, setting.get().quoted() + " is out of bounds; write a duration " + bounds);
        }
        return duration.orElse(least);
    }

    public long size(String key, long least, long most) {
        Optional<Setting> setting = text(key);
        if (setting.isEmpty()) {
            return least;
        }
        OptionalLong size = Units.size(setting.get().text());
        String bounds = "from " + Units.text(least) + " to " + Units.text(most);
        if (size.isEmpty()) {
            fault(
                    key,
                    setting.get().quoted() + " is not a size; write a number and a unit (B, KiB, MiB, kB, MB), "
                            + bounds);
        } else if (size.getAsLong() < least || size.getAsLong() > most) {
            fault(key, setting.get().quoted() + " is " + size.getAsLong() + " bytes; write a size " + bounds);
        }
        return size.orElse(least);
    }

    public boolean flag(String key) {
        return Boolean.TRUE.equals(choice(key, Map.of("true", true, "yes", true, "false", false, "no", false)));
    }

    /** Null only after a fault. */
    public <T> T choice(String key, Map<String, T> choices) {
        Optional<Setting> setting = text(key);
        if (setting.isEmpty()) {
            return null;
        }
        T chosen = choices.get(setting.get().text());
        if (chosen == null) {
            List<String> known = choices.keySet().stream().sorted().toList();
            fault(
                    key,
                    setting.get().quoted() + " is not one of " + String.join(", ", known)
                            + NearestKey.of(setting.get().text(), known)
                                    .map(near -> "; did you mean \"" + near + "\"?")
                                    .orElse(""));
        }
        return chosen;
    }

    /** Empty when absent. */
    public List<Setting> texts(String key) {
        List<Setting> settings = new ArrayList<>();
        List<ConfigValue> values = values(key);
        for (int i = 0; i < values.size(); i++) {
            scalar(values.get(i), path(key) + "[" + i + "]").ifPresent(settings::add);
        }
        return settings;
    }

    /**
     * What the parser makes of a value; empty when absent or faulty.
     *
     * @param parser throws {@link IllegalArgumentException} with the reason
     */
    public <T> Optional<T> parsed(String key, Function<String, T> parser) {
        return text(key).flatMap(setting -> parsed(key, setting, parser));
    }

    /** The same for each value of a list, without those that are faulty. */
    public <T> Set<T> parsedAll(String key, Function<String, T> parser) {
        Set<T> all = new LinkedHashSet<>();
        texts(key).forEach(setting -> parsed(key, setting, parser).ifPresent(all::add));
        return all;
    }

    private <T> Optional<T> parsed(String key, Setting setting, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(setting.text()));
        } catch (IllegalArgumentException e) {
            fault(key, e.getMessage());
            return Optional.empty();
        }
    }

    public List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        List<ConfigValue> values = values(key);
        for (int i = 0; i < values.size(); i++) {
            String at = path(key) + "[" + i + "]";
            if (values.get(i) instanceof ConfigObject each) {
                sections.add(new Section(at, each, origin, faults));
            } else {
                sound = false;
                faults.add(
                        Origins.text(values.get(i).origin(), origin) + " (" + at + ")",
                        "is " + article(values.get(i).valueType())
                                + "; write an object in braces, such as { bind = ... }");
            }
        }
        return sections;
    }

    /**
     * The elements of a list, each an object or one value, which stands for an object that has it under {@code usual}.
     *
     * @param usual such as {@code url}
     */
    public List<Section> elements(String key, String usual) {
        List<Section> sections = new ArrayList<>();
        List<ConfigValue> values = values(key);
        for (int i = 0; i < values.size(); i++) {
            ConfigValue value = values.get(i);
            ConfigObject each = value instanceof ConfigObject object
                    ? object
                    : ConfigFactory.empty().root().withOrigin(value.origin()).withValue(usual, value);
            sections.add(new Section(path(key) + "[" + i + "]", each, origin, faults));
        }
        return sections;
    }

    /** Whether a list is written there, in brackets or by its positions. */
    public boolean isList(String key) {
        ConfigValue value = object.get(key);
        return value instanceof ConfigList || (value instanceof ConfigObject map && isByPositions(map));
    }

    private static boolean isByPositions(ConfigObject map) {
        return !map.isEmpty() && map.keySet().stream().allMatch(KeyTree::isIndex);
    }

    /** HOCON also writes a list as an object with numbers for keys; variables can only write it so, or in brackets. */
    private List<ConfigValue> values(String key) {
        ConfigValue value = value(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof ConfigList list) {
            return list;
        }
        if (value instanceof ConfigObject map && (map.isEmpty() || isByPositions(map))) {
            Map<Integer, ConfigValue> inOrder = new TreeMap<>();
            map.forEach((index, each) -> inOrder.put(Integer.valueOf(index), each));
            return List.copyOf(inOrder.values());
        }
        if (String.valueOf(value.unwrapped()).contains(Substitutions.MISSING)) {
            // Reported where the variable was looked up.
            sound = false;
        } else {
            fault(key, "is " + article(value.valueType()) + "; write a list in brackets, such as [a, b]");
        }
        return List.of();
    }

    /** An empty section when absent. */
    public Section section(String key) {
        ConfigValue value = value(key);
        if (value instanceof ConfigObject inner) {
            return new Section(path(key), inner, origin, faults);
        }
        if (value != null && !String.valueOf(value.unwrapped()).contains(Substitutions.MISSING)) {
            String inner = key.equals("routes") ? "{ NAME { ... } }" : "{ ... }";
            fault(key, "is " + article(value.valueType()) + "; write an object in braces: " + key + " " + inner);
        }
        return new Section(path(key), ConfigFactory.empty().root(), origin, faults);
    }

    /** The same place, with what is missing in it taken from {@code defaults}; a key asked of either is known to both. */
    public Section withDefaults(ConfigObject defaults) {
        return new Section(path, object.withFallback(defaults), origin, faults, asked);
    }

    /** The same place with other content, whose faults are somebody else's to report; a key asked of either is known to both. */
    public Section apart(ConfigObject other, Faults to) {
        return new Section(path, other, origin, to, asked);
    }

    public boolean isObject(String key) {
        return object.get(key) instanceof ConfigObject;
    }

    /** Whether this is the section {@code top} or lies in it. */
    public boolean within(String top) {
        return path.equals(top) || path.startsWith(top + ".");
    }

    private ConfigValue value(String key) {
        asked.add(key);
        ConfigValue value = object.get(key);
        return value == null || value.valueType() == ConfigValueType.NULL ? null : value;
    }

    /** To lay below another section. */
    public ConfigObject object() {
        return object;
    }

    /** Call when all keys have been read. */
    public void rejectUnknown(Leftovers unknown) {
        for (String key : new TreeSet<>(object.keySet())) {
            if (!asked.contains(key)) {
                unknown.found(this, key, object.get(key), asked);
            }
        }
    }

    private static String article(ConfigValueType type) {
        return switch (type) {
            case OBJECT -> "an object";
            case LIST -> "a list";
            case NULL -> "null";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case STRING -> "a string";
        };
    }
}
