package io.countersign.proxy.access;

import io.countersign.proxy.config.FewFaults;
import io.countersign.proxy.config.NetworkList;
import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.net.Networks;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads who may call, from the settings and the list files that they name. */
public final class AccessReader {
    /** It is part of a header field of each refusal. */
    private static final int MAX_ADVICE = 200;

    private static final Map<String, Integer> STATUSES = Map.of("403", 403, "503", 503);
    private static final Map<String, AccessMode> MODES =
            Map.of("enforce", AccessMode.ENFORCE, "audit", AccessMode.AUDIT);
    private static final Map<String, ReloadGuard> GUARDS =
            Map.of("off", ReloadGuard.OFF, "warn", ReloadGuard.WARN, "refuse", ReloadGuard.REFUSE);

    private final ReferredFiles referred;
    private final ListRoom room;
    private final UnknownKeys unknown;
    private final Clock clock;
    private final ListPlaces places;
    private final RemoteListsReader remote;
    private final ListHashes hashes = new ListHashes();

    /**
     * Makes a reader.
     *
     * @param room for the entries of all lists
     * @param clock says which entries have ended, now and whenever a caller is decided on
     * @param remote for the lists that are fetched
     */
    public AccessReader(
            ReferredFiles referred, ListRoom room, UnknownKeys unknown, Clock clock, RemoteListsReader remote) {
        this.referred = referred;
        this.room = room;
        this.unknown = unknown;
        this.clock = clock;
        this.places = new ListPlaces(referred);
        this.remote = remote;
    }

    /** @param revoked certificates that no longer count, whatever the rules say */
    public AccessConfig read(Section access, RevokedCertificates revoked) {
        Optional<IpList> allow = list(access, "allow");
        Optional<IpList> deny = list(access, "deny");
        if (!room.fits()) {
            access.faults()
                    .add(
                            access.where(),
                            "the lists have " + room + " in all; shorten them, or give the process more memory"
                                    + " (limits.lists, which follows the memory limit)");
        }
        Set<String> hosts = access.parsedAll("allowed-hosts", Hosts::field);
        if (hosts.isEmpty() && access.sound()) {
            access.fault(
                    "allowed-hosts",
                    "is empty, so every request would be answered 421; name the hosts that callers write in"
                            + " their URLs, such as localhost");
        }
        boolean privateHosts = access.flag("private-hosts");
        String advice = advice(access);
        AccessMode mode = access.choice("mode", MODES);
        Integer status = access.choice("deny-status", STATUSES);
        Integer unlisted = access.choice("unlisted-status", STATUSES);
        ReloadGuard guard = access.choice("reload-guard", GUARDS);
        AccessMode acting = mode == null ? AccessMode.ENFORCE : mode;
        UserRules users = UserRules.read(access, acting);
        CertificateRules certificates = CertificateRules.read(access, revoked, acting, clock);
        CompiledIpRules addresses = new CompiledIpRules(allow, deny.orElseGet(IpList::empty), acting, clock);
        RemoteLists fetched = remote.read(access, room.bytes());
        Networks trusted = NetworkList.read(access, "trusted-proxies");
        access.rejectUnknown(unknown);
        return new AccessConfig(
                new CallerRules(addresses, users, certificates),
                new AllowedHosts(hosts, privateHosts),
                new AccessConfig.Refusals(status == null ? 403 : status, unlisted == null ? 503 : unlisted, advice),
                trusted,
                new AccessConfig.Lists(fetched, hashes.all(), guard == null ? ReloadGuard.OFF : guard),
                UnlistedCallers.DENY);
    }

    private static String advice(Section access) {
        String advice = access.string("unlisted-advice").orElse("");
        boolean plain = advice.length() <= MAX_ADVICE && advice.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
        if (!plain) {
            access.fault(
                    "unlisted-advice",
                    "is longer than " + MAX_ADVICE + " characters, or not printable ASCII; write one short sentence");
        }
        return plain ? advice : "";
    }

    /** Where a message says that an entry is, for its rule's source, which names a file as it is written. */
    public String place(String source) {
        return places.of(source);
    }

    /** Empty when there is neither a file nor an entry; a file without entries is a list all the same. */
    private Optional<IpList> list(Section access, String kind) {
        Map<String, String> where = new HashMap<>();
        FewFaults faults = new FewFaults(access.faults());
        IpListBuilder list = new IpListBuilder(
                room,
                clock,
                (file, place, reader) ->
                        referred.readList(file, places.of(place), in -> reader.read(hashes.through(in))),
                (source, what) -> faults.add(where.getOrDefault(source, places.of(source)), what));
        List<Setting> files = access.texts(kind + "-files");
        for (Setting file : files) {
            if (RemoteList.isRemote(file.text())) {
                remote.add(access, file, list, hashes);
                faults.end(file.where());
                continue;
            }
            places.add(file);
            hashes.begin(file.text());
            list.read(file.text(), referred.path(file), file.where());
            faults.end(places.of(file.text()));
        }
        List<Setting> inline = access.texts(kind);
        for (int i = 0; i < inline.size(); i++) {
            String source = access.path(kind) + "[" + i + "]";
            where.put(source, inline.get(i).where());
            list.add(source, inline.get(i).text());
        }
        faults.end(access.path(kind));
        return files.isEmpty() && inline.isEmpty() ? Optional.empty() : Optional.of(list.build());
    }
}
