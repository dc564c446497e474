package io.countersign.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Parses HOCON with its includes, and YAML where a file's name says so, and remembers from which folder each value came.
 *
 * <p>Only files are included, relative to the file that includes them: a configuration that is fetched could name another
 * upstream for signed requests. A missing include is a fault, where HOCON itself would pass over it.
 */
final class HoconParser {
    private final FileReader reader;
    private final Faults faults;
    private final Path defaultFolder;
    private final Map<String, Path> folders = new HashMap<>();
    private final Deque<Path> including = new ArrayDeque<>();

    HoconParser(FileReader reader, Faults faults, Path defaultFolder) {
        this.reader = reader;
        this.faults = faults;
        this.defaultFolder = defaultFolder;
    }

    /** Unresolved; empty, with the fault noted, when the file cannot be read or parsed. */
    Config file(Path file, String name, String where) {
        Path identity = file.toAbsolutePath().normalize();
        if (including.contains(identity)) {
            faults.add(where, name + " includes itself; remove the include");
            return ConfigFactory.empty();
        }
        including.push(identity);
        try {
            Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(defaultFolder);
            return reader.read(file, where)
                    .map(text -> isYaml(file) ? yaml(text, name, folder) : text(text, name, folder))
                    .orElseGet(ConfigFactory::empty);
        } finally {
            including.pop();
        }
    }

    private static boolean isYaml(Path file) {
        String last = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return last.endsWith(".yaml") || last.endsWith(".yml");
    }

    private Config yaml(String text, String name, Path folder) {
        folders.put(name, folder);
        return YamlParser.parse(withoutMark(text), name, faults);
    }

    /** A byte order mark is an editor's, and no part of the text. */
    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** Unresolved. */
    Config text(String text, String name, Path folder) {
        folders.put(name, folder);
        ConfigParseOptions options = ConfigParseOptions.defaults()
                .setSyntax(ConfigSyntax.CONF)
                .setOriginDescription(name)
                .setIncluder(new Includes(name, folder));
        try {
            return ConfigFactory.parseString(withoutMark(text), options);
        } catch (ConfigException e) {
            ParseFault fault = ParseFault.of(e, name, text);
            faults.add(
                    fault.line() > 0 && !name.startsWith(Origins.ENVIRONMENT) ? name + ":" + fault.line() : name,
                    fault.what());
            return ConfigFactory.empty();
        } catch (StackOverflowError e) {
            faults.add(name, "is nested too deeply; no setting is");
            return ConfigFactory.empty();
        }
    }

    /** The folder that paths in a value are relative to. */
    Path folderOf(ConfigOrigin origin) {
        return folders.getOrDefault(Origins.source(origin), defaultFolder);
    }

    private final class Includes
            implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
        private final String name;
        private final Path folder;

        Includes(String name, Path folder) {
            this.name = name;
            this.folder = folder;
        }

        @Override
        public ConfigIncluder withFallback(ConfigIncluder fallback) {
            // The fallback would follow URLs and the class path.
            return this;
        }

        @Override
        public ConfigObject include(ConfigIncludeContext context, String what) {
            return what.matches("[A-Za-z][A-Za-z0-9+.-]+:.*") ? refuse("url") : included(what);
        }

        @Override
        public ConfigObject includeFile(ConfigIncludeContext context, File what) {
            return included(what.getPath());
        }

        @Override
        public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
            return refuse("url");
        }

        @Override
        public ConfigObject includeResources(ConfigIncludeContext context, String what) {
            return refuse("classpath");
        }

        private ConfigObject included(String what) {
            // The name shown is the path as it was written, seen from where the including file's name is.
            String shown = Path.of(name).resolveSibling(what).toString();
            return file(folder.resolve(what), shown, name).root();
        }

        private ConfigObject refuse(String kind) {
            faults.add(
                    name,
                    "include " + kind + "(...) is not allowed, since what it fetches could send signed requests"
                            + " elsewhere; include a file instead");
            return ConfigFactory.empty().root();
        }
    }
}
