package io.countersign.gateway.console.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the page's files, and gives each a path with a hash of its content: a browser may keep it forever, and never has an old one
 * beside a new one.
 */
final class PageFiles {
    private static final String FOLDER = "/page/";
    private static final int HASH = 16;

    private final Map<String, String> paths = new LinkedHashMap<>();

    /** The next file; names of earlier ones in it become their paths. */
    StaticFile add(String name) {
        byte[] content = content(name);
        int dot = name.lastIndexOf('.');
        String path = FOLDER + name.substring(0, dot) + '.' + hash(content) + name.substring(dot);
        paths.put(name, path);
        return StaticFile.kept(path, name, content);
    }

    /** The file that everything begins with, at {@code /}. */
    StaticFile start(String name) {
        byte[] content = content(name);
        return StaticFile.asked("/", name, content, hash(content));
    }

    private byte[] content(String name) {
        String text = new String(read(name), StandardCharsets.UTF_8);
        for (Map.Entry<String, String> each : paths.entrySet()) {
            // As our own files name others, and as hooks.js names Preact's module.
            text = text.replace("'./" + each.getKey() + "'", "'" + each.getValue() + "'")
                    .replace("\"./" + each.getKey() + "\"", "\"" + each.getValue() + "\"");
            if (each.getKey().equals("preact.js")) {
                text = text.replace("from\"preact\"", "from\"" + each.getValue() + "\"");
            }
        }
        return text.replaceAll("(?m)^//# sourceMappingURL=.*$", "").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] read(String name) {
        try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the page's file " + name + " is not in the program");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(byte[] content) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(whole).substring(0, HASH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
