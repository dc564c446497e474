package io.countersign.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The defaults: {@code reference.conf}. */
public final class Reference {
    private Reference() {}

    /** All of reference.conf, from our own jar; it holds no variables, so nothing of the environment gets in this way. */
    public static Config read() {
        try (InputStream in = Reference.class.getResourceAsStream("/" + Origins.REFERENCE)) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return ConfigFactory.parseString(
                            text, ConfigParseOptions.defaults().setOriginDescription(Origins.REFERENCE))
                    .resolve();
        } catch (IOException e) {
            throw new UncheckedIOException("our own jar cannot be read", e);
        }
    }
}
