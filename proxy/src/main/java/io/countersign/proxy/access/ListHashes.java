package io.countersign.proxy.access;

import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells one version of a list from another, by all that its file holds and the files that it includes. */
final class ListHashes {
    private static final int BYTES = 8;

    private final Map<String, MessageDigest> digests = new LinkedHashMap<>();
    private MessageDigest current = sha256();

    /** What is read from now on belongs to this list. */
    void begin(String list) {
        current = digests.computeIfAbsent(list, absent -> sha256());
    }

    /** Whoever reads a file of the list reads it through this. */
    InputStream through(InputStream in) {
        return new DigestInputStream(in, current);
    }

    /** A list whose text is here. */
    void add(String list, ListText text) {
        begin(list);
        current.update(text.content());
    }

    /** By the lists' names, 16 hex digits each; to be called once. */
    Map<String, String> all() {
        Map<String, String> hashes = new LinkedHashMap<>();
        digests.forEach((list, digest) -> hashes.put(list, HexFormat.of().formatHex(digest.digest(), 0, BYTES)));
        return hashes;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
