package io.countersign.proxy.config;

import io.countersign.proxy.access.CompiledIpRules;
import io.countersign.proxy.access.IpList;
import io.countersign.proxy.access.ListEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads who may call, from the settings and the list files that they name. */
final class AccessReader {
    private static final Map<String, Integer> STATUSES = Map.of("403", 403, "503", 503);

    private final ReferredFiles referred;
    private final UnknownKeys unknown;

    AccessReader(ReferredFiles referred, UnknownKeys unknown) {
        this.referred = referred;
        this.unknown = unknown;
    }

    AccessConfig read(Section access) {
        Optional<List<ListEntry>> allow = entries(access, "allow");
        Optional<List<ListEntry>> deny = entries(access, "deny");
        Set<String> hosts = hosts(access, "hosts");
        if (hosts.isEmpty() && access.sound()) {
            access.fault(
                    "hosts",
                    "is empty, so every request would be answered 421; name the hosts that callers write in"
                            + " their URLs, such as localhost");
        }
        Integer status = access.choice("deny-status", STATUSES);
        Integer unlisted = access.choice("unlisted-status", STATUSES);
        access.rejectUnknown(unknown);
        return new AccessConfig(
                new CompiledIpRules(allow, deny.orElse(List.of())), hosts, status == null ? 403 : status, unlisted == null ? 503 : unlisted);
    }

    /** Empty when there is neither a file nor an entry; a file without entries is a list all the same. */
    private Optional<List<ListEntry>> entries(Section access, String kind) {
        List<ListEntry> entries = new ArrayList<>();
        List<Setting> files = access.texts(kind + "-files");
        for (Setting file : files) {
            referred.read(file, referred.path(file))
                    .ifPresent(text -> take(IpList.parse(file.text(), text), access, entries));
        }
        List<Setting> inline = access.texts(kind);
        for (int i = 0; i < inline.size(); i++) {
            String source = access.path(kind) + "[" + i + "]";
            IpList one = IpList.of(source, inline.get(i).text());
            entries.addAll(one.entries());
            String where = inline.get(i).where();
            one.faults().forEach(fault -> access.faults().add(where, fault.what()));
        }
        return files.isEmpty() && inline.isEmpty() ? Optional.empty() : Optional.of(entries);
    }

    private static void take(IpList list, Section access, List<ListEntry> entries) {
        entries.addAll(list.entries());
        list.faults().forEach(fault -> access.faults().add(fault.where(), fault.what()));
    }

    /** Names as a {@code Host} field carries them: lower case, no port, IPv6 literals in brackets. */
    static Set<String> hosts(Section section, String key) {
        Set<String> hosts = new LinkedHashSet<>();
        for (Setting setting : section.texts(key)) {
            try {
                String host = Hosts.host(setting.text());
                if (Hosts.isWildcard(host)) {
                    // Browsers take 0.0.0.0 for this machine, so a web page could call in by it.
                    section.fault(
                            key,
                            setting.quoted() + " is no host that a caller should name; write the address or name"
                                    + " that callers use");
                }
                hosts.add(host.indexOf(':') >= 0 ? "[" + host + "]" : host);
            } catch (IllegalArgumentException e) {
                section.fault(key, e.getMessage());
            }
        }
        return hosts;
    }
}
