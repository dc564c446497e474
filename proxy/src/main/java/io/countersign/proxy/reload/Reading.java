package io.countersign.proxy.reload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * What a set of files held at one moment, as digests.
 *
 * <p>Kubernetes mounts a ConfigMap as links into {@code ..data}, itself a link to a dated folder, and swaps that one link.
 * Files read before and after a swap do not belong together, so a reading across a swap is thrown away and made anew.
 *
 * @param digests by file; a file that is gone or cannot be read has {@link #NONE}
 */
record Reading(Map<Path, String> digests) {
    static final String NONE = "none";

    private static final int ATTEMPTS = 5;

    Reading {
        digests = Map.copyOf(digests);
    }

    /** Reads all files, of one generation; should links move faster than we read, of the last attempt. */
    static Reading of(Set<Path> files) {
        Reading reading = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Map<Path, String> before = generations(files);
            Map<Path, String> digests = new HashMap<>();
            files.forEach(file -> digests.put(file, digest(file)));
            reading = new Reading(digests);
            if (before.equals(generations(files))) {
                break;
            }
        }
        return reading;
    }

    /** The same moment, of fewer files. */
    Reading of(Reading other) {
        Map<Path, String> fewer = new HashMap<>(digests);
        fewer.keySet().retainAll(other.digests.keySet());
        return new Reading(fewer);
    }

    private static Map<Path, String> generations(Set<Path> files) {
        Map<Path, String> generations = new HashMap<>();
        for (Path file : files) {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                generations.computeIfAbsent(folder.resolve("..data"), Reading::target);
            }
        }
        return generations;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException | UnsupportedOperationException e) {
            return NONE;
        }
    }

    private static String digest(Path file) {
        if (!Files.isRegularFile(file)) {
            // Reading a pipe would wait for whoever writes into it.
            return NONE;
        }
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] block = new byte[16 * 1024];
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                sha256.update(block, 0, read);
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (IOException e) {
            return NONE;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
