package io.countersign.proxy.config;

import java.nio.file.Path;
import java.util.Optional;

/** Files that settings name: their paths are relative to the folder of the file in which the setting was written. */
public final class ReferredFiles {
    private static final String PREFIX = "file:";

    private final FileReader reader;
    private final HoconParser parser;

    ReferredFiles(FileReader reader, HoconParser parser) {
        this.reader = reader;
        this.parser = parser;
    }

    public Path path(Setting setting) {
        return parser.folderOf(setting.origin()).resolve(setting.text()).normalize();
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

    public static boolean isFile(Setting setting) {
        return setting.text().startsWith(PREFIX);
    }

    /** The value itself, or, written {@code file:NAME}, what that file holds without the line end after it. */
    public Optional<String> value(Setting setting) {
        if (!isFile(setting)) {
            return Optional.of(setting.text());
        }
        Setting name = new Setting(setting.text().substring(PREFIX.length()), setting.where(), setting.origin());
        return read(setting, path(name)).map(text -> text.replaceFirst("\\r?\\n\\z", ""));
    }
}
