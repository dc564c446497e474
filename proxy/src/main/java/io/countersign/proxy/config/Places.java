package io.countersign.proxy.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds where a setting was written, by its path such as {@code access.allow[0]}. */
public final class Places {
    private static final Pattern ELEMENT = Pattern.compile("([A-Za-z0-9_-]+)(?:\\[(\\d{1,6})])?");

    private final ConfigObject settings;
    private final String otherwise;

    /** @param otherwise where a setting is from that does not know it */
    public Places(ConfigObject settings, String otherwise) {
        this.settings = settings;
        this.otherwise = otherwise;
    }

    /**
     * File, line and path of a setting, or, where it was not written itself, of the section that it would be in; anything
     * else, such as a line of a list, stays as it is.
     */
    public String of(String path) {
        ConfigValue at = settings;
        ConfigValue section = null;
        for (String element : path.split("\\.", -1)) {
            Matcher matcher = ELEMENT.matcher(element);
            at = matcher.matches() && at instanceof ConfigObject object ? object.get(matcher.group(1)) : null;
            if (at != null && matcher.group(2) != null) {
                int index = Integer.parseInt(matcher.group(2));
                at = at instanceof ConfigList list && index < list.size() ? list.get(index) : null;
            }
            if (at == null) {
                return section == null ? path : place(section, path);
            }
            section = at;
        }
        return place(at, path);
    }

    /** File and line of a value, or the variable that it came from; {@code otherwise} where it was not written anywhere. */
    public static String origin(ConfigValue value, String otherwise) {
        return Origins.text(value.origin(), otherwise);
    }

    private String place(ConfigValue value, String path) {
        return Origins.text(Origins.of(value), otherwise) + " (" + path + ")";
    }
}
