package io.countersign.proxy.access;

import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Setting;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the entries of list files for messages. A rule names its file as it is written in the setting; a message names it so
 * that it can be opened from where the configuration was named.
 */
final class ListPlaces {
    private static final Pattern LINE = Pattern.compile(":\\d+\\z");

    private final ReferredFiles referred;
    /** The settings that name files, by the files as they are written; the last one added is being read. */
    private final Map<String, Setting> named = new HashMap<>();

    private Optional<Setting> last = Optional.empty();

    ListPlaces(ReferredFiles referred) {
        this.referred = referred;
    }

    /** Takes a setting that names a file, before that is read. */
    void add(Setting file) {
        named.put(file.text(), file);
        last = Optional.of(file);
    }

    /** For the source of a rule; what is not in a file of a list stays as it is. */
    String of(String source) {
        if (RemoteList.isRemote(source)) {
            return source;
        }
        String file = LINE.matcher(source).replaceFirst("");
        Optional<Setting> setting = Optional.ofNullable(named.get(file));
        if (!file.equals(source)) {
            // A list includes it, and it is named relative to the same folder.
            setting = setting.or(() -> last);
        }
        return setting.map(by -> referred.shown(by, file) + source.substring(file.length()))
                .orElse(source);
    }
}
