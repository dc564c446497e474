package io.countersign.cli.convert;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The flags of aws-sigv4-proxy that change header fields. */
final class ProxyHeaders {
    /** What names a credential for somebody: its value goes into a variable, not into the text. */
    private static final Pattern SECRET = Pattern.compile("(?i).*(auth|token|key|secret|passw|cookie|credential).*");

    /** Ours to say, or of one connection, on each request that is signed; none of them can be set or removed. */
    private static final Set<String> OURS = Set.of(
            "authorization",
            "x-amz-date",
            "x-amz-security-token",
            "x-amz-content-sha256",
            "x-amz-region-set",
            "host",
            "content-length",
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "expect",
            "proxy-authenticate",
            "proxy-authorization",
            "http2-settings");

    private final Settings settings;
    private final List<Difference> differences;
    private final String route;
    private final boolean elsewhere;
    private final Map<String, String> variables = new HashMap<>();

    /** @param elsewhere whether nobody sets variables for what is put, so that a secret is left to a person */
    ProxyHeaders(Settings settings, List<Difference> differences, String route, boolean elsewhere) {
        this.elsewhere = elsewhere;
        this.settings = settings;
        this.differences = differences;
        this.route = route;
    }

    Map<String, String> variables() {
        return variables;
    }

    void put(SigV4ProxyOptions flags) {
        Map<String, String> set = set(flags.customHeaders.orElse(""));
        List<String> removed = new ArrayList<>();
        Set<String> stripped = lower(flags.strip);
        for (String name : flags.strip) {
            if (!OURS.contains(lower(name)) && !lower(set.keySet()).contains(lower(name))) {
                removed.add(name);
            }
        }
        if (!removed.isEmpty()) {
            settings.put(removed, "--strip", "routes", route, "headers", "remove");
        }
        List<String> duplicated = new ArrayList<>(flags.duplicateHeaders);
        duplicated.removeIf(name -> stripped.contains(lower(name)));
        if (!duplicated.isEmpty()) {
            settings.put(duplicated, "--duplicate-headers", "routes", route, "headers", "duplicate");
        }
        set.forEach(this::put);
    }

    private void put(String name, String value) {
        boolean secret = SECRET.matcher(name).matches();
        if (secret && elsewhere) {
            differences.add(new Difference(
                    "--custom-headers",
                    "the value of " + name + " is not repeated here: set routes." + route + ".headers.set." + name
                            + " = \"file:NAME\""));
            return;
        }
        settings.put(
                secret ? variable(name, value) : value, "--custom-headers", "routes", route, "headers", "set", name);
    }

    private Settings.Variable variable(String name, String value) {
        String variable = "HEADER_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        String free = variable;
        for (int i = 2; variables.containsKey(free); i++) {
            free = variable + "_" + i; // X-Api-Key and X_Api_Key are two headers
        }
        variables.put(free, value);
        return new Settings.Variable(free);
    }

    /** As it is read there: what has no equals sign is passed over. */
    private Map<String, String> set(String text) {
        Map<String, String> set = new LinkedHashMap<>();
        Map<String, String> written = new HashMap<>();
        for (String each : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int equals = each.indexOf('=');
            String name = equals < 0 ? "" : each.substring(0, equals).strip();
            String value = equals < 0 ? "" : each.substring(equals + 1).strip();
            if (name.isEmpty() || value.isEmpty()) {
                differences.add(new Difference("--custom-headers", "a part without NAME=VALUE is passed over"));
            } else if (OURS.contains(lower(name))) {
                differences.add(new Difference(
                        "--custom-headers", name + " is passed over: the signature or the connection has it"));
            } else if (written.putIfAbsent(lower(name), name) == null) {
                set.put(name, value);
            } else {
                differences.add(new Difference("--custom-headers", name + " is set once, to its first value"));
            }
        }
        if (!set.isEmpty()) {
            differences.add(new Difference(
                    "--custom-headers",
                    "these replace what the caller sends under the same name, which went before them; a caller could"
                            + " otherwise pass for what they stand for"));
        }
        return set;
    }

    private static Set<String> lower(Iterable<String> names) {
        Set<String> all = new HashSet<>();
        names.forEach(name -> all.add(lower(name)));
        return all;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
