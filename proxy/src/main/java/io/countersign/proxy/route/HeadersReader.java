package io.countersign.proxy.route;

import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.route.RouteConfig.Duplicate;
import io.countersign.proxy.route.RouteConfig.HeaderRules;
import io.countersign.proxy.route.RouteConfig.SetHeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads which header fields a route sets, removes and signs. */
public final class HeadersReader {
    private final ReferredFiles referred;
    private final UnknownKeys unknown;

    public HeadersReader(ReferredFiles referred, UnknownKeys unknown) {
        this.referred = referred;
        this.unknown = unknown;
    }

    HeaderRules rules(Section route, boolean signed) {
        Section headers = route.section("headers");
        List<SetHeader> fields = set(headers, signed);
        Set<String> written = new HashSet<>();
        headers.section("set").names().forEach(name -> written.add(name.toLowerCase(Locale.ROOT)));
        Set<String> remove = new HashSet<>();
        for (Setting name : headers.texts("remove")) {
            HeaderNames.notSettable(name.text(), signed)
                    .ifPresent(why -> headers.fault("remove", name.quoted() + " " + why));
            String lower = name.text().toLowerCase(Locale.ROOT);
            remove.add(lower);
            if (written.contains(lower)) {
                headers.fault(
                        "remove",
                        name.quoted() + " is also in headers.set; what is set replaces the caller's"
                                + " field, so take it out of headers.remove");
            }
        }
        List<Duplicate> duplicates = duplicates(headers, remove, written);
        headers.rejectUnknown(unknown);
        return new HeaderRules(fields, remove, signed ? signed(route) : Set.of(), duplicates);
    }

    private static List<Duplicate> duplicates(Section headers, Set<String> remove, Set<String> written) {
        List<Duplicate> duplicates = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Setting name : headers.texts("duplicate")) {
            String lower = name.text().toLowerCase(Locale.ROOT);
            HeaderNames.notDuplicable(name.text())
                    .ifPresent(why -> headers.fault("duplicate", name.quoted() + " " + why));
            if (remove.contains(lower)) {
                headers.fault(
                        "duplicate",
                        name.quoted() + " is also in headers.remove, which takes the copy along; take it out of one of"
                                + " the two");
            }
            Duplicate copy = new Duplicate(lower, "X-Original-" + name.text());
            if (written.contains(copy.copy().toLowerCase(Locale.ROOT))) {
                headers.fault("duplicate", copy.copy() + " is also in headers.set; take one of the two out");
            }
            if (seen.add(lower)) {
                duplicates.add(copy);
            }
        }
        return duplicates;
    }

    /**
     * The fields to set: the key {@code set} of a section {@code headers}.
     *
     * @param signed whether requests with these fields may be signed
     */
    public List<SetHeader> set(Section headers, boolean signed) {
        Section set = headers.section("set");
        Map<String, String> written = new HashMap<>();
        List<SetHeader> fields = new ArrayList<>();
        for (String name : set.names()) {
            String other = written.put(name.toLowerCase(Locale.ROOT), name);
            if (other != null) {
                set.fault(name, "is set twice, as " + other + " and " + name + "; header names have no case: keep one");
            }
            HeaderNames.notSettable(name, signed).ifPresent(why -> set.fault(name, why));
            set.text(name)
                    .flatMap(setting -> referred.value(setting)
                            .map(value -> new SetHeader(name, value, ReferredFiles.isFile(setting))))
                    .ifPresent(field -> {
                        HeaderNames.badValue(field.value()).ifPresent(why -> set.fault(name, "its value " + why));
                        fields.add(field);
                    });
        }
        return fields;
    }

    private static Set<String> signed(Section route) {
        Set<String> names = new HashSet<>();
        for (Setting name : route.texts("signed-headers")) {
            HeaderNames.notSignable(name.text())
                    .ifPresent(why -> route.fault("signed-headers", name.quoted() + " " + why));
            names.add(name.text().toLowerCase(Locale.ROOT));
        }
        return names;
    }
}
