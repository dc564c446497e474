package io.countersign.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every setting there is, as a tree of keys. The readers need no such list; a variable of the environment does, since its name does not
 * show where a dot was and where a dash.
 */
final class KeyTree {
    /** In place of a key: a name that the operator gives, such as a route's. */
    static final String NAME = "*";

    /** In place of a key: the position in a list. */
    static final String INDEX = "#";

    /** What has no default, so that reference.conf does not have it. A test holds these against the manual. */
    private static final List<String> WITHOUT_DEFAULT = List.of(
            "listeners.#.bind",
            "listeners.#.mode",
            "listeners.#.group",
            "listeners.#.tls.certificate",
            "listeners.#.tls.key",
            "listeners.#.tls.client-ca",
            "listeners.#.tls.crl",
            "access.lists-region",
            "access.lists-ca",
            "state.dir",
            "credentials.*.type",
            "credentials.*.profile",
            "credentials.*.access-key-id",
            "credentials.*.secret-access-key",
            "credentials.*.session-token",
            "credentials.*.web-identity-token-file",
            "credentials.*.role-arn",
            "credentials.*.source",
            "credentials.*.external-id",
            "credentials.*.tags.*",
            "credentials.*.sts-region",
            "credentials.*.sts-endpoint",
            "credentials.*.fips",
            "routes.*.strip-prefix",
            "routes.*.upstream.url",
            "routes.*.upstream.connect",
            "routes.*.upstream.sni",
            "routes.*.upstream.host",
            "routes.*.service",
            "routes.*.region",
            "routes.*.path-encoding",
            "routes.*.payload",
            "routes.*.signed-headers",
            "routes.*.policy-default",
            "routes.*.policy-context.vpc",
            "routes.*.policy-context.vpce",
            "routes.*.policy-context.secure-transport",
            "routes.*.policy-context.api-arn",
            "routes.*.policy-context.stage",
            "routes.*.limits.body",
            "routes.*.headers.set.*",
            "routes.*.tls.ca");

    /** Where what {@code each} has in a reference stands. */
    private static final Map<String, String> EACH =
            Map.of("listener", "listeners.#", "route", "routes.*", "tenant", "tenants.*");

    private static final String ANYTHING = ".**";

    private final Map<String, KeyTree> keys = new TreeMap<>();
    private final Set<String> former = new HashSet<>();
    private boolean open;

    private KeyTree() {}

    /** All settings: the core's, and further ones. */
    static KeyTree of(FurtherKeys further) {
        Config reference = Reference.read();
        KeyTree root = new KeyTree();
        root.add(reference.getObject("countersign"));
        // It is one name among others, which the file need not have.
        root.at("credentials").keys.remove("default");
        root.at("listeners.#").add(reference.getObject("each.listener"));
        root.at("routes.*").add(reference.getObject("each.route"));
        root.at("routes.*.timeouts").add(reference.getObject("countersign.timeouts"));
        root.at("credentials.*").add(reference.getObject("each.role"));
        WITHOUT_DEFAULT.forEach(root::at);
        RenamedKeys.RENAMES.forEach(root::add);
        root.add(further);
        return root;
    }

    /** These alone. */
    static KeyTree ofThese(FurtherKeys further) {
        KeyTree root = new KeyTree();
        root.add(further);
        return root;
    }

    private void add(FurtherKeys further) {
        if (further.reference().hasPath("countersign")) {
            add(further.reference().getObject("countersign"));
        }
        EACH.forEach((what, path) -> {
            if (!further.each(what).isEmpty()) {
                at(path).add(further.each(what));
            }
        });
        for (String path : further.paths()) {
            if (path.endsWith(ANYTHING)) {
                at(path.substring(0, path.length() - ANYTHING.length())).open = true;
            } else {
                at(path);
            }
        }
    }

    private KeyTree at(String path) {
        KeyTree at = this;
        for (String key : path.split("\\.", -1)) {
            at = at.keys.computeIfAbsent(key, k -> new KeyTree());
        }
        return at;
    }

    private void add(ConfigObject settings) {
        for (Map.Entry<String, ConfigValue> entry : settings.entrySet()) {
            KeyTree child = keys.computeIfAbsent(entry.getKey(), k -> new KeyTree());
            if (entry.getValue() instanceof ConfigObject inner) {
                child.add(inner);
            }
        }
    }

    private void add(RenamedKeys.Rename rename) {
        KeyTree section = rename.in().isEmpty() ? this : at(String.join(".", rename.in()));
        section.keys.put(rename.old(), section.at(rename.current()));
        section.former.add(rename.old());
    }

    /** What can stand here: keys, {@link #NAME} or {@link #INDEX}. */
    Set<String> keys() {
        return keys.keySet();
    }

    /** Whether that key is only the former name of another one. */
    boolean isFormer(String key) {
        return former.contains(key);
    }

    /** Whether anything may stand here. */
    boolean isOpen() {
        return open;
    }

    /** What stands under a key as it was written, be it a name or a position; empty for an unknown key. */
    Optional<KeyTree> child(String written) {
        KeyTree child = keys.get(written);
        if (child == null && isIndex(written) && (keys.isEmpty() || keys.containsKey(INDEX))) {
            child = keys.isEmpty() ? this : keys.get(INDEX);
        }
        if (child == null) {
            child = open ? this : keys.get(NAME);
        }
        return Optional.ofNullable(child);
    }

    /** Whether there is a setting or section of that path. */
    boolean has(List<String> path) {
        KeyTree at = this;
        for (String key : path) {
            Optional<KeyTree> child = at.child(key);
            if (child.isEmpty()) {
                return false;
            }
            at = child.get();
        }
        return true;
    }

    /** Whether a path that {@link #has} confirms goes through a former name. */
    boolean isFormer(List<String> path) {
        KeyTree at = this;
        boolean found = false;
        for (String key : path) {
            found |= at.isFormer(key);
            at = at.child(key).orElseThrow();
        }
        return found;
    }

    /** Any list can be written by its positions, as HOCON has it. */
    static boolean isIndex(String key) {
        return key.matches("\\d{1,4}");
    }

    /** Whether a key is written here as it stands, not in place of a name or a position. */
    boolean hasKey(String key) {
        return keys.containsKey(key);
    }
}
