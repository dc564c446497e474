package io.countersign.proxy.access;

import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.ScopeName;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.net.Pem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads which lists are fetched and how, and takes what was fetched into the lists that name it. */
public final class RemoteListsReader {
    /** Each is a connection and a text in memory. */
    static final int MAX = 16;

    private static final Duration MIN_POLL = Duration.ofSeconds(1);
    private static final Duration MAX_POLL = Duration.ofHours(24);
    /** As of a file. */
    private static final long MAX_TEXT = 64L << 20;

    private final ListCopies copies;
    private final Optional<String> region;
    private final ReferredFiles referred;
    /** With the setting that names each. */
    private final Map<RemoteList, String> lists = new LinkedHashMap<>();

    /**
     * Makes a reader.
     *
     * @param copies what was fetched
     * @param region the environment's
     */
    public RemoteListsReader(ListCopies copies, Optional<String> region, ReferredFiles referred) {
        this.copies = copies;
        this.region = region;
        this.referred = referred;
    }

    /** Takes the entries of a list that a setting names, if it was fetched; a fault when it is named wrongly. */
    void add(Section access, Setting named, IpListBuilder into, ListHashes hashes) {
        RemoteList list;
        try {
            list = RemoteList.parse(named.text());
        } catch (IllegalArgumentException e) {
            access.faults().add(named.where(), String.valueOf(e.getMessage()));
            return;
        }
        if (lists.putIfAbsent(list, named.where()) == null && lists.size() > MAX) {
            access.faults().add(named.where(), "is one more than the " + MAX + " lists that may be fetched");
        }
        copies.of(list).ifPresent(text -> {
            hashes.add(list.shown(), text);
            into.read(list.shown(), text);
        });
    }

    /** To be called once all lists are read. */
    RemoteLists read(Section access, long room) {
        Duration poll = access.duration("poll", MIN_POLL, MAX_POLL);
        boolean allowShrink = access.flag("allow-shrink");
        Optional<String> written = access.text("lists-region")
                .flatMap(setting -> ScopeName.region(access, "lists-region", setting))
                .or(() -> region);
        Optional<Path> ca = access.text("lists-ca").flatMap(setting -> authorities(access, setting));
        lists.forEach((list, where) -> {
            if (list.kind() != RemoteList.Kind.HTTPS && written.isEmpty()) {
                access.faults().add(where, list + " is signed for a region; set access.lists-region or AWS_REGION");
            }
        });
        return new RemoteLists(
                lists.keySet().stream().toList(),
                lists.entrySet().stream()
                        .filter(each -> copies.of(each.getKey()).isEmpty())
                        .map(each -> new RemoteLists.Missing(each.getKey(), each.getValue()))
                        .toList(),
                poll,
                allowShrink,
                new RemoteLists.Reach(written, ca),
                Math.min(room, MAX_TEXT));
    }

    private Optional<Path> authorities(Section access, Setting setting) {
        Path file = referred.path(setting);
        Optional<String> text = referred.read(setting, file);
        try {
            if (text.isPresent()
                    && Pem.certificates(text.get().getBytes(StandardCharsets.UTF_8))
                            .isEmpty()) {
                access.fault("lists-ca", file + " holds no certificate; name a PEM file with the authorities to trust");
            }
        } catch (CertificateException e) {
            access.fault(
                    "lists-ca", file + " is not a PEM file of certificates; name one with BEGIN CERTIFICATE in it");
        }
        return text.map(read -> file);
    }
}
