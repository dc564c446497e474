package io.countersign.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings that the core does not read: which there are, so that a variable of the environment finds them, and so that they can be
 * taken out of what the core reads.
 *
 * @param reference defaults, in the form of {@code reference.conf}: what a tenant, a route or a listener starts from stands below
 *     {@code each}
 * @param kinds what each of them takes
 * @param paths of what nobody reads, with {@code *} for a name that an operator gives, {@code #} for a position in a list, and
 *     {@code **} at the end where anything may stand below
 */
public record FurtherKeys(Config reference, Kinds kinds, List<String> paths) {
    /** The core is all there is. */
    public static final FurtherKeys NONE = of();

    public FurtherKeys {
        paths = List.copyOf(paths);
    }

    /** These paths, which nobody reads. */
    public static FurtherKeys of(String... paths) {
        return new FurtherKeys(ConfigFactory.empty(), Kinds.NONE, List.of(paths));
    }

    /** Settings of these kinds, with defaults. */
    public static FurtherKeys of(String reference, Kinds kinds) {
        return new FurtherKeys(
                ConfigFactory.parseString(
                                reference, ConfigParseOptions.defaults().setOriginDescription(Origins.REFERENCE))
                        .resolve(),
                kinds,
                List.of());
    }

    /** Both these and others. */
    public FurtherKeys and(FurtherKeys others) {
        List<String> all = new ArrayList<>(paths);
        all.addAll(others.paths);
        return new FurtherKeys(others.reference.withFallback(reference), kinds.and(others.kinds), all);
    }

    /** The default values of one section within {@code countersign}; empty without any. */
    public ConfigObject defaults(String section) {
        return at("countersign." + section);
    }

    /** What each tenant, route or listener starts from. */
    public ConfigObject each(String what) {
        return at("each." + what);
    }

    private ConfigObject at(String path) {
        return reference.hasPath(path)
                ? reference.getObject(path)
                : ConfigFactory.empty().root();
    }
}
