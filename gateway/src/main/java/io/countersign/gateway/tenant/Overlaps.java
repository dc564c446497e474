package io.countersign.gateway.tenant;

import io.countersign.proxy.config.Section;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds tenants whose match can be seen to let a request fit both. That there are such requests is a fault, since every one would be
 * refused; that there may be is a warning.
 */
final class Overlaps {
    private static final int MAX_WARNINGS = 10;
    private static final String REFUSED = ", and a request that fits two tenants is refused";

    private Overlaps() {}

    /** @param sections of the tenants by their names */
    static void report(List<TenantConfig> tenants, Map<String, Section> sections) {
        int warnings = 0;
        for (int i = 0; i < tenants.size(); i++) {
            TenantConfig later = tenants.get(i);
            for (TenantConfig earlier : tenants.subList(0, i)) {
                Optional<TenantMatch.Overlap> overlap = later.match().criteria().isEmpty()
                                || earlier.match().criteria().isEmpty()
                        ? Optional.empty() // reported already
                        : later.match().overlap(earlier.match());
                if (overlap.isEmpty()) {
                    continue;
                }
                Section section = sections.get(later.name());
                if (overlap.get().certain()) {
                    section.fault("match", certain(earlier.name(), overlap.get().what()));
                } else if (warnings++ < MAX_WARNINGS) {
                    section.faults()
                            .warn(
                                    section.where("match"),
                                    possible(earlier.name(), overlap.get().what()));
                }
            }
        }
    }

    private static String certain(String other, String what) {
        return "overlaps that of tenants." + other + ": both have " + what + REFUSED
                + "; let only one of them have it, or add a condition to each that tells them apart";
    }

    private static String possible(String other, String what) {
        return (what.isEmpty()
                        ? "has other conditions than that of tenants." + other + ", so a request may fit both"
                        : "may overlap that of tenants." + other + ": both have " + what)
                + REFUSED;
    }
}
