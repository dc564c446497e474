package io.countersign.proxy.policy;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.policy.Operator.Comparison;
import io.countersign.proxy.policy.Remark.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The address part of a policy as allow and deny lists. Lists know addresses alone, so what depends on a path, a method or another
 * key is left out and said.
 */
public final class PolicyLists {
    private static final List<Cidr> EVERYONE = List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0"));

    private final PolicyDocument policy;
    private final List<Entry> allow = new ArrayList<>();
    private final List<Entry> deny = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();

    /**
     * A list's line.
     *
     * @param by the statement that it comes from
     */
    public record Entry(Cidr range, StatementName by) {
        @Override
        public String toString() {
            return range + "  # " + by;
        }
    }

    private PolicyLists(PolicyDocument policy) {
        this.policy = policy;
    }

    /** The lists of a policy. */
    public static PolicyLists of(PolicyDocument policy) {
        PolicyLists lists = new PolicyLists(policy);
        lists.make();
        return lists;
    }

    /** Everyone else is denied; empty: nobody may call. */
    public List<Entry> allow() {
        return List.copyOf(allow);
    }

    /** Denied before any allow. */
    public List<Entry> deny() {
        return List.copyOf(deny);
    }

    /** What the lists don't say; a warning where they say something else than the policy. */
    public List<Remark> remarks() {
        return List.copyOf(remarks);
    }

    private void make() {
        for (Statement statement : policy.statements()) {
            if (statement.invokes() && !isOfAddressesAlone(statement)) {
                remarks.add(new Remark(
                        Kind.WARNING,
                        policy.file(),
                        statement.at(),
                        "lists know addresses alone, and this statement also depends on " + dependsOn(statement)
                                + ": what it " + (statement.effect() == Effect.DENY ? "denies is not" : "allows is not")
                                + " in the lists"));
            }
        }
        List<Statement> simple = policy.statements().stream()
                .filter(statement -> statement.invokes() && isOfAddressesAlone(statement))
                .toList();
        allows(simple.stream()
                .filter(statement -> statement.effect() == Effect.ALLOW)
                .toList());
        for (Statement statement : simple) {
            if (statement.effect() == Effect.DENY) {
                ranges(statement, Comparison.NOT_IP_ADDRESS)
                        .ifPresentOrElse(this::restrict, () -> add(deny, statement, included(statement)));
            }
        }
    }

    private void allows(List<Statement> statements) {
        boolean none = policy.statements().stream()
                .noneMatch(statement -> statement.invokes() && statement.effect() == Effect.ALLOW);
        if (none) {
            Statement first = policy.statements().get(0);
            remarks.add(new Remark(
                    Kind.NOTE,
                    policy.file(),
                    first.at(),
                    "no statement allows anyone, which leaves callers to IAM; the allow list lets everyone in who isn't"
                            + " denied"));
            add(allow, first, EVERYONE);
        }
        for (Statement statement : statements) {
            Optional<List<Cidr>> excluded = ranges(statement, Comparison.NOT_IP_ADDRESS);
            if (excluded.isEmpty()) {
                add(allow, statement, included(statement));
            } else if (statements.size() == 1) {
                add(allow, statement, EVERYONE);
                add(deny, statement, excluded.get());
            } else {
                remarks.add(new Remark(
                        Kind.WARNING,
                        policy.file(),
                        statement.at(),
                        "this allows everyone but some, whom another statement may allow, and lists can't say that: what it"
                                + " allows is not in the lists"));
            }
        }
    }

    /** Everyone outside {@code ranges} is denied: ranges are nested or disjoint, so of two that meet the narrower one stays. */
    private void restrict(List<Cidr> ranges) {
        List<Entry> kept = new ArrayList<>();
        for (Entry entry : allow) {
            for (Cidr range : ranges) {
                if (range.covers(entry.range)) {
                    kept.add(entry);
                } else if (entry.range.covers(range)) {
                    kept.add(new Entry(range, entry.by));
                }
            }
        }
        allow.clear();
        kept.stream().distinct().forEach(allow::add);
    }

    private static List<Cidr> included(Statement statement) {
        return ranges(statement, Comparison.IP_ADDRESS).orElse(EVERYONE);
    }

    private static Optional<List<Cidr>> ranges(Statement statement, Comparison comparison) {
        return statement.conditions().stream()
                .filter(condition -> condition.operator().comparison() == comparison)
                .map(Coverage::ranges)
                .findFirst();
    }

    private static void add(List<Entry> list, Statement by, List<Cidr> ranges) {
        ranges.forEach(range -> list.add(new Entry(range, by.name())));
    }

    private static boolean isOfAddressesAlone(Statement statement) {
        return statement.resources().areAll()
                && statement.conditions().size() <= 1
                && statement.conditions().stream().allMatch(PolicyLists::isOnAddresses);
    }

    private static boolean isOnAddresses(Condition condition) {
        Comparison comparison = condition.operator().comparison();
        return !condition.operator().ifExists()
                && (comparison == Comparison.IP_ADDRESS || comparison == Comparison.NOT_IP_ADDRESS);
    }

    private static String dependsOn(Statement statement) {
        List<String> on = new ArrayList<>();
        if (!statement.resources().areAll()) {
            on.add("the resource");
        }
        Predicate<Condition> onAddresses = PolicyLists::isOnAddresses;
        statement.conditions().stream()
                .filter(onAddresses.negate())
                .map(Condition::name)
                .forEach(on::add);
        return on.isEmpty() ? "several conditions at once" : String.join(", ", on);
    }
}
