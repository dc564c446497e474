package io.countersign.cli.report;

import io.countersign.proxy.access.CallerRules;
import io.countersign.proxy.access.CertificateRules;
import io.countersign.proxy.access.IpList;
import io.countersign.proxy.access.ListEntry;
import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.UserRules;
import io.countersign.proxy.access.Verdict;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Who may call, and what was decided, for programs. */
public final class RulesReport {
    private RulesReport() {}

    /** For {@link JsonWriter}, which is to write it once: long lists are streams. */
    public static Map<String, Object> of(CallerRules rules) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("mode", rules.mode().name().toLowerCase(Locale.ROOT));
        all.put("deny", rules.addresses().deny().entries().map(RulesReport::entry));
        // Without a list loopback may call; with an empty one nobody.
        all.put("has_allow_list", rules.addresses().allow().isPresent());
        all.put(
                "allow",
                rules.addresses().allow().stream().flatMap(IpList::entries).map(RulesReport::entry));
        all.put("deny_users", users(rules.users().deny().values()));
        all.put("allow_users", users(rules.users().allow().values()));
        all.put("deny_certificates", certificates(rules.certificates().deny()));
        all.put("allow_certificates", certificates(rules.certificates().allow()));
        return all;
    }

    private static Map<String, Object> entry(ListEntry entry) {
        Map<String, Object> one = JsonWriter.object(
                "entry", entry.cidr().toString(), "source", entry.rule().source());
        entry.until().ifPresent(until -> one.put("until", until.toString()));
        return one;
    }

    private static Stream<Map<String, Object>> users(Collection<UserRules.Entry> users) {
        return users.stream()
                .sorted(Comparator.comparing(UserRules.Entry::source))
                .map(user -> JsonWriter.object("entry", user.text(), "source", user.source()));
    }

    private static Stream<Map<String, Object>> certificates(List<CertificateRules.Entry> certificates) {
        return certificates.stream().map(entry -> JsonWriter.object("entry", entry.text(), "source", entry.source()));
    }

    /** What was decided: {@code allowed}, {@code denied} or {@code would_deny}, and by which rule. */
    public static Map<String, Object> of(Verdict verdict) {
        String word = verdict instanceof Verdict.Denied
                ? "denied"
                : verdict instanceof Verdict.WouldDeny ? "would_deny" : "allowed";
        Rule by = verdict.by();
        Map<String, Object> one = JsonWriter.object("verdict", word, "rule", by.source(), "rule_text", by.text());
        by.comment().ifPresent(comment -> one.put("rule_comment", comment));
        return one;
    }
}
