package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.Calls;
import io.countersign.gateway.calls.Tally;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import io.countersign.proxy.access.CallerRules;
import io.countersign.proxy.access.CertificateRules;
import io.countersign.proxy.access.CompiledIpRules;
import io.countersign.proxy.access.IdleEntries;
import io.countersign.proxy.access.IpList;
import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.UserRules;
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
    private static final Comparator<Entry> BY_PLACE =
            Comparator.comparing(entry -> entry.rule().source());

    private final Supplier<ProxyConfig> config;
    private final Calls calls;
    private final IdleRules idle = new IdleRules();

    /** One rule, whatever its kind; why it changes nothing is found out for those that are shown. */
    private record Entry(
            IdleEntries.Listed list,
            String kind,
            Rule rule,
            Optional<Instant> until,
            Supplier<Optional<IdleEntries.Idle>> idle) {}

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
        List<Entry> page = entries(rules, call.at()).skip(after).limit(limit).toList();
        long count = count(rules);
        Json json = Json.object().with("mode", rules.mode()).with("count", count);
        if (after + (long) page.size() < count) {
            json.with("next", after + page.size());
        }
        return Reply.of(json.list("rules", page, (inner, entry) -> write(inner, entry, call.at()))
                .list("idle", idle.of(rules, call.at()), RulesResource::write)
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

    private static long count(CallerRules rules) {
        return (long) rules.addresses().deny().size()
                + rules.addresses().allow().map(IpList::size).orElse(0)
                + rules.users().deny().size()
                + rules.users().allow().size()
                + rules.certificates().entries().size();
    }

    private static Stream<Entry> entries(CallerRules rules, Instant now) {
        CompiledIpRules addresses = rules.addresses();
        return Stream.of(
                        addresses(addresses, IdleEntries.Listed.DENY, addresses.deny(), now),
                        addresses.allow().stream()
                                .flatMap(list -> addresses(addresses, IdleEntries.Listed.ALLOW, list, now)),
                        users(rules.users()).sorted(BY_PLACE),
                        certificates(rules.certificates()).sorted(BY_PLACE))
                .flatMap(each -> each);
    }

    private static Stream<Entry> addresses(
            CompiledIpRules rules, IdleEntries.Listed list, IpList entries, Instant now) {
        return entries.entries()
                .map(each -> new Entry(
                        list, "address", each.rule(), each.until(), () -> IdleEntries.of(rules, list, each, now)));
    }

    private static Stream<Entry> users(UserRules users) {
        return Stream.concat(
                users.deny().values().stream()
                        .map(each -> acting(IdleEntries.Listed.DENY, "user", each.rule(), Optional::empty)),
                users.allow().entrySet().stream()
                        .map(each -> acting(
                                IdleEntries.Listed.ALLOW,
                                "user",
                                each.getValue().rule(),
                                () -> IdleEntries.of(users, each.getKey()))));
    }

    private static Stream<Entry> certificates(CertificateRules certificates) {
        return Stream.concat(
                certificates.deny().stream()
                        .map(each -> acting(IdleEntries.Listed.DENY, "certificate", each.rule(), Optional::empty)),
                certificates.allow().stream()
                        .map(each -> acting(
                                IdleEntries.Listed.ALLOW,
                                "certificate",
                                each.rule(),
                                () -> IdleEntries.of(certificates, each))));
    }

    private static Entry acting(
            IdleEntries.Listed list, String kind, Rule rule, Supplier<Optional<IdleEntries.Idle>> idle) {
        return new Entry(list, kind, rule, Optional.empty(), idle);
    }

    private static void write(Json json, IdleEntries idle) {
        json.with("why", idle.why())
                .with("count", idle.count())
                .list(
                        "first",
                        idle.first(),
                        (inner, each) -> inner.with("place", each.rule().source())
                                .with("text", each.rule().text())
                                .with("by", each.by().map(Rule::source))
                                .with("by_text", each.by().map(Rule::text))
                                .with("until", each.until()));
    }

    private void write(Json json, Entry entry, Instant now) {
        Rule rule = entry.rule();
        Optional<Tally> tally = calls.rules().find(new Calls.CountedRule(rule.source(), rule.text()));
        Optional<IdleEntries.Idle> why = entry.idle().get();
        json.with("list", entry.list())
                .with("kind", entry.kind())
                .with("text", rule.text())
                .with("place", rule.source())
                .with("comment", rule.comment())
                .with("until", entry.until())
                .with("ended", entry.until().filter(end -> !now.isBefore(end)).isPresent())
                .with("idle", why.map(IdleEntries.Idle::why))
                .with("idle_by", why.flatMap(IdleEntries.Idle::by).map(Rule::source))
                .with("idle_by_text", why.flatMap(IdleEntries.Idle::by).map(Rule::text))
                .with("hits", tally.map(Tally::calls).orElse(0L))
                .with("last_hit", tally.map(each -> Instant.ofEpochMilli(each.lastMillis())));
    }
}
