package io.countersign.proxy.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files that settings name: their paths are relative to the folder of the file in which the setting was written. */
public final class ReferredFiles {
    private static final String PREFIX = "file:";
    private static final Pattern ANY_PREFIX = Pattern.compile("[A-Za-z]{3,5}:(?!//)");

    private final FileReader reader;
    private final HoconParser parser;
    private final String name;

    /** @param name of the configuration */
    ReferredFiles(FileReader reader, HoconParser parser, String name) {
        this.reader = reader;
        this.parser = parser;
        this.name = name;
    }

    public Path path(Setting setting) {
        return parser.folderOf(setting.origin()).resolve(setting.text()).normalize();
    }

    /**
     * The path for a message of a file that is named relative to a setting: so that it can be opened from where the
     * configuration was named.
     */
    public String shown(Setting setting, String file) {
        String from = Origins.isFile(setting.origin()) ? Origins.source(setting.origin()) : name;
        return Path.of(from).resolveSibling(file).normalize().toString();
    }

    public Optional<String> read(Setting setting, Path file) {
        return reader.read(file, setting.where());
    }

    /**
     * Hands over the bytes of a list, which may be too long to be held; a fault and false when it cannot be read.
     *
     * @param where what refers to the file
     */
    public boolean readList(Path file, String where, FileReader.Work work) {
        return reader.readList(file, where, work);
    }

    /** Says no more of the value than that: it may be a secret. */
    private void warnOfMisspeltPrefix(Setting setting) {
        Matcher prefix = ANY_PREFIX.matcher(setting.text());
        if (prefix.lookingAt() && NearestKey.distance(prefix.group(), PREFIX) <= 1) {
            reader.warn(
                    setting.where(),
                    "begins with \"" + prefix.group() + "\", and is used as it is; to read the value from a file,"
                            + " write \"file:\"");
        }
    }

    public static boolean isFile(Setting setting) {
        return setting.text().startsWith(PREFIX);
    }

    /** The value itself, or, written {@code file:NAME}, what that file holds without the line end after it. */
    public Optional<String> value(Setting setting) {
        if (!isFile(setting)) {
            warnOfMisspeltPrefix(setting);
            return Optional.of(setting.text());
        }
        Setting name = new Setting(setting.text().substring(PREFIX.length()), setting.where(), setting.origin());
        return read(setting, path(name)).map(text -> text.replaceFirst("\\r?\\n\\z", ""));
    }
}
