package io.countersign.standin.json;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;

/** Reads and writes JSON; what is written has its keys in alphabetical order. */
public final class Json {
    private Json() {}

    /** One line of JSON for a value made of maps, lists, texts, numbers and booleans. */
    public static String write(Object value) {
        return ConfigValueFactory.fromAnyRef(value).render(ConfigRenderOptions.concise());
    }

    public static String writeIndented(Object value) {
        return ConfigValueFactory.fromAnyRef(value)
                .render(ConfigRenderOptions.concise().setFormatted(true));
    }

    /** Reads an object; anything else is an {@link IllegalArgumentException}. */
    public static Config read(String text) {
        try {
            return ConfigFactory.parseString(text, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
        } catch (ConfigException e) {
            throw new IllegalArgumentException("not a JSON object: " + e.getMessage(), e);
        }
    }
}
