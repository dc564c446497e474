package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.Calls;
import io.countersign.gateway.calls.Tally;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import io.countersign.proxy.access.CallerRules;
import io.countersign.proxy.access.IpList;
import io.countersign.proxy.access.ListEntry;
import io.countersign.proxy.settings.ProxyConfig;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The rules on who may call, a page at a time, with how often each has decided since start. */
final class RulesResource extends Reading {
    private static final int MAX = 500;
    private static final int USUAL = 100;

    private final Supplier<ProxyConfig> config;
    private final Calls calls;

    /** One rule, whatever its kind. */
    private record Entry(String list, String kind, String place, String text, Optional<ListEntry> listed) {}

    RulesResource(Supplier<ProxyConfig> config, Calls calls) {
        super("rules", Size.LARGE, "limit", "after");
        this.config = config;
        this.calls = calls;
    }

    @Override
    protected Reply read(Call call) throws Problem {
        int limit = call.query().integer("limit", 1, MAX, USUAL);
        int after = call.query().integer("after", 0, Integer.MAX_VALUE, 0);
        CallerRules rules = config.get().access().rules();
        List<Entry> page = entries(rules).skip(after).limit(limit).toList();
        long count = entries(rules).count();
        Json json = Json.object().with("mode", rules.mode()).with("count", count);
        if (after + (long) page.size() < count) {
            json.with("next", after + page.size());
        }
        return Reply.of(json.list("rules", page, (inner, entry) -> write(inner, entry, call.at()))
                .list(
                        "others",
                        others(),
                        (inner, each) -> inner.with("place", each.getKey().place())
                                .with("text", each.getKey().text())
                                .with("hits", each.getValue().calls())
                                .with(
                                        "last_hit",
                                        Instant.ofEpochMilli(each.getValue().lastMillis()))));
    }

    /** What decided and is not an entry: the default that applied, policies. */
    private List<Map.Entry<Calls.CountedRule, Tally>> others() {
        return calls.rules().all().stream()
                .filter(each -> each.getKey().isDefault())
                .sorted(Comparator.comparing(each -> each.getKey().text()))
                .toList();
    }

    private static Stream<Entry> entries(CallerRules rules) {
        Stream<Entry> deny = addresses("deny", rules.addresses().deny());
        Stream<Entry> allow = rules.addresses().allow().stream().flatMap(list -> addresses("allow", list));
        Stream<Entry> users = Stream.concat(
                rules.users().deny().values().stream()
                        .map(each -> new Entry("deny", "user", each.source(), each.text(), Optional.empty())),
                rules.users().allow().values().stream()
                        .map(each -> new Entry("allow", "user", each.source(), each.text(), Optional.empty())));
        Stream<Entry> certificates = rules.certificates().entries().stream()
                .map(each -> new Entry(
                        each.source().contains("deny") ? "deny" : "allow",
                        "certificate",
                        each.source(),
                        each.text(),
                        Optional.empty()));
        return Stream.of(
                        deny,
                        allow,
                        users.sorted(Comparator.comparing(Entry::place)),
                        certificates.sorted(Comparator.comparing(Entry::place)))
                .flatMap(each -> each);
    }

    private static Stream<Entry> addresses(String list, IpList entries) {
        return entries.entries()
                .map(each -> new Entry(
                        list, "address", each.rule().source(), each.cidr().toString(), Optional.of(each)));
    }

    private void write(Json json, Entry entry, Instant now) {
        Optional<Tally> tally = calls.rules().find(new Calls.CountedRule(entry.place(), entry.text()));
        json.with("list", entry.list())
                .with("kind", entry.kind())
                .with("text", entry.text())
                .with("place", entry.place())
                .with("comment", entry.listed().flatMap(each -> each.rule().comment()))
                .with("until", entry.listed().flatMap(ListEntry::until))
                .with(
                        "ended",
                        entry.listed()
                                .flatMap(ListEntry::until)
                                .filter(end -> !now.isBefore(end))
                                .isPresent())
                .with("hits", tally.map(Tally::calls).orElse(0L))
                .with("last_hit", tally.map(each -> Instant.ofEpochMilli(each.lastMillis())));
    }
}
