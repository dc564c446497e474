package io.countersign.gateway.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import io.countersign.gateway.console.serve.ConsoleServer;
import io.countersign.gateway.identity.kubernetes.ServiceAccounts;
import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.limit.Aside;

/** What the gateway's own lists, and its console, can take of memory. */
final class GatewayMemory {
    /** A call with its texts, each of which is cut; most take half of that. */
    private static final long CALL = 2 << 10;

    /** A caller who waits: its name, and method and path of what it last asked for, two bytes for each character. */
    private static final long WAITING = 1 << 10;

    private GatewayMemory() {}

    /** @param settings as they were written: what can't be read in them is a fault that is found later */
    static Aside of(ConfigObject settings, FurtherKeys keys) {
        Config written = settings.toConfig();
        Aside aside = Aside.NONE;
        if (written.hasPath("console")) {
            aside = aside.and(ConsoleServer.memory(written.hasPath("console.tls")))
                    .and(new Aside(number(written, keys, "calls", "keep") * CALL, 0));
        }
        if (written.hasPath("identity.kubernetes")) {
            aside = aside.and(new Aside(ServiceAccounts.MEMORY, 0));
        }
        return written.hasPath("state.dir")
                ? aside.and(new Aside(number(written, keys, "approval", "max-pending") * WAITING, 0))
                : aside;
    }

    private static long number(Config written, FurtherKeys keys, String section, String key) {
        Config usual = keys.defaults(section).toConfig();
        try {
            return written.hasPath(section + "." + key) ? written.getLong(section + "." + key) : usual.getLong(key);
        } catch (ConfigException e) {
            return usual.getLong(key);
        }
    }
}
