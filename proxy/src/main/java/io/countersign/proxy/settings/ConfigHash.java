package io.countersign.proxy.settings;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells one configuration from another, wherever they are written. Secrets are not part of it, since a hash that everyone sees
 * would let a weak one be guessed; nor are the files that settings name.
 */
final class ConfigHash {
    private static final int BYTES = 8;

    private ConfigHash() {}

    /** Of all that was written; 16 hex digits. */
    static String of(ConfigObject settings) {
        Map<String, String> all = new TreeMap<>();
        collect("", settings, all);
        MessageDigest digest = sha256();
        all.forEach((path, value) ->
                digest.update((path + "=" + Redaction.of(path, value) + "\n").getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    private static void collect(String path, ConfigValue value, Map<String, String> to) {
        if (value instanceof ConfigObject object) {
            object.forEach((key, inner) -> {
                String quoted = ConfigUtil.joinPath(key);
                collect(path.isEmpty() ? quoted : path + "." + quoted, inner, to);
            });
        } else if (value instanceof ConfigList list) {
            for (int i = 0; i < list.size(); i++) {
                collect(path + "[" + i + "]", list.get(i), to);
            }
        } else {
            to.put(path, String.valueOf(value.unwrapped()));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
