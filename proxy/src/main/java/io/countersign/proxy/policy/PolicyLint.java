package io.countersign.proxy.policy;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.policy.Operator.Comparison;
import io.countersign.proxy.policy.json.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says what in a policy can't mean what it says. */
public final class PolicyLint {
    private final PolicyDocument policy;
    private final List<Remark> remarks = new ArrayList<>();

    private PolicyLint(PolicyDocument policy) {
        this.policy = policy;
    }

    /** Its remarks, in the order of the text. */
    public static List<Remark> of(PolicyDocument policy) {
        PolicyLint lint = new PolicyLint(policy);
        lint.whole();
        policy.statements().forEach(lint::statement);
        lint.pairs();
        lint.remarks.sort(Comparator.comparingInt((Remark remark) -> remark.at().line())
                .thenComparingInt(remark -> remark.at().column()));
        return List.copyOf(lint.remarks);
    }

    private void whole() {
        boolean allows = policy.statements().stream()
                .anyMatch(statement -> statement.effect() == Effect.ALLOW && statement.invokes());
        if (!allows) {
            warn(
                    policy.statements().get(0).at(),
                    "no statement allows a call, so nobody is allowed by this policy alone: at AWS the caller needs IAM's"
                            + " permission in the API's own account, and on a route with auth = none everyone is denied");
        }
        Map<String, StatementName> sids = new HashMap<>();
        for (Statement statement : policy.statements()) {
            String sid = statement.name().sid();
            StatementName before = sid.isEmpty() ? null : sids.putIfAbsent(sid, statement.name());
            if (before != null) {
                warn(
                        statement.at(),
                        "the Sid \"" + sid + "\" is also that of " + before.where()
                                + ", so a log line can mean either; give each statement its own");
            }
        }
    }

    private void statement(Statement statement) {
        if (!statement.invokes()) {
            warn(
                    statement.at(),
                    "its actions don't include execute-api:Invoke, the action of every call, so this statement never acts");
        }
        for (Placed resource : statement.resources().patterns()) {
            ResourceLint.unreachable(resource.text()).ifPresent(what -> warn(resource.at(), what));
            if (Variables.hasPlaceholder(resource.text())) {
                note(
                        resource.at(),
                        "placeholders are filled in with the region, account and id of the route's API here; API Gateway's"
                                + " console does not fill them in, so replace them before you upload this policy");
            }
            if (statement.effect() == Effect.ALLOW
                    && !statement.resources().not()
                    && ResourceLint.hasStarBeforeMethod(resource.text())) {
                note(
                        resource.at(),
                        "a star takes slashes too, so this also allows other methods on paths that have the method in them,"
                                + " such as POST /STAGE/GET/...; name the stage to rule that out");
            }
        }
        statement.conditions().forEach(condition -> condition(statement, condition));
    }

    private void condition(Statement statement, Condition condition) {
        boolean negated = condition.operator().isNegated();
        switch (condition.key()) {
            case SOURCE_IP, VPC_SOURCE_IP -> addresses(condition);
            case REFERER, USER_AGENT ->
                note(condition.at(), "callers write " + condition.key() + " themselves, so this keeps nobody out");
            case SOURCE_ARN ->
                note(
                        condition.at(),
                        "aws:SourceArn is there only when an AWS service calls for one of its resources, so for every other"
                                + " caller it is absent");
            case SOURCE_VPC, SOURCE_VPCE -> {
                if (negated && statement.effect() == Effect.DENY) {
                    note(
                            condition.at(),
                            condition.key() + " is absent at a public API, and " + condition.operator()
                                    + " holds for an absent key: there this denies everyone");
                }
            }
            case SECURE_TRANSPORT ->
                note(
                        condition.at(),
                        "API Gateway takes calls over TLS alone, so there aws:SecureTransport is always true");
            case CURRENT_TIME, EPOCH_TIME -> {}
        }
        if (negated && statement.effect() == Effect.ALLOW && condition.key() == ConditionKey.VPC_SOURCE_IP) {
            note(
                    condition.at(),
                    "aws:VpcSourceIp is absent at a public API, and " + condition.operator()
                            + " holds for an absent key: there this allows everyone");
        }
        Comparison comparison = condition.operator().comparison();
        if (comparison.text().startsWith("String") && !comparison.text().endsWith("Like")) {
            condition.values().stream()
                    .filter(value ->
                            value.text().indexOf('*') >= 0 || value.text().indexOf('?') >= 0)
                    .forEach(value -> warn(
                            value.at(),
                            condition.operator() + " has no wildcards, so * and ? stand for themselves; write "
                                    + (condition.operator().isNegated() ? "StringNotLike" : "StringLike")));
        }
    }

    private void addresses(Condition condition) {
        if (condition.operator().comparison() == Comparison.NULL) {
            return;
        }
        List<Cidr> ranges = Coverage.ranges(condition);
        for (int i = 0; i < ranges.size(); i++) {
            Placed value = condition.values().get(i);
            AddressScope scope = AddressScope.of(ranges.get(i));
            if (scope == AddressScope.LOOPBACK || scope == AddressScope.LINK_LOCAL) {
                warn(
                        value.at(),
                        value.text() + " never reaches an API; here it is what a sidecar's own application has");
            } else if (scope == AddressScope.PRIVATE && condition.key() == ConditionKey.SOURCE_IP) {
                warn(
                        value.at(),
                        value.text()
                                + " is private, and aws:SourceIp at a public API is never a private address but, say, a"
                                + " NAT gateway's; a private API has aws:VpcSourceIp for it");
            }
            for (int j = 0; j < ranges.size(); j++) {
                boolean first = !ranges.get(i).equals(ranges.get(j)) || j < i;
                if (i != j && first && ranges.get(j).covers(ranges.get(i))) {
                    warn(
                            value.at(),
                            value.text() + " lies in "
                                    + condition.values().get(j).text() + " of this list already");
                    break;
                }
            }
        }
    }

    /** Statements that another one makes needless. */
    private void pairs() {
        List<Statement> statements = policy.statements();
        for (int i = 0; i < statements.size(); i++) {
            Statement narrow = statements.get(i);
            for (int j = 0; j < statements.size() && narrow.invokes(); j++) {
                Statement wide = statements.get(j);
                boolean counts = wide.effect() == narrow.effect()
                        ? i != j && (j < i || !Coverage.covers(narrow, wide))
                        : wide.effect() == Effect.DENY;
                if (counts && Coverage.covers(wide, narrow)) {
                    warn(
                            narrow.at(),
                            wide.effect() == narrow.effect()
                                    ? "this statement changes nothing: " + wide.name() + " matches all that it does"
                                    : "this statement allows nobody: " + wide.name() + " denies all that it allows");
                    break;
                }
            }
        }
    }

    private void warn(Position at, String what) {
        remarks.add(new Remark(Remark.Kind.WARNING, policy.file(), at, what));
    }

    private void note(Position at, String what) {
        remarks.add(new Remark(Remark.Kind.NOTE, policy.file(), at, what));
    }
}
