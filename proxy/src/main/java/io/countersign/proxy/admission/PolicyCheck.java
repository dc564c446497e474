package io.countersign.proxy.admission;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.policy.ConditionKey;
import io.countersign.proxy.policy.Decision;
import io.countersign.proxy.policy.PolicyRequest;
import io.countersign.proxy.policy.RoutePolicies;
import io.countersign.proxy.route.OtherReadings;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.route.UnreservedEscapes;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows a request to the resource policies of its route, as API Gateway would see it. */
public final class PolicyCheck {
    private PolicyCheck() {}

    /** Why a policy denies it; empty when it may pass. */
    static Optional<Verdict.Denied> denial(Caller caller, Head head, RouteConfig route, Instant now) {
        RoutePolicies policies = route.conditions().policies();
        return policies.isEmpty() ? Optional.empty() : policies.judge(request(caller, head, route, now));
    }

    /** What they say of it; empty where the route has none. */
    public static Optional<Decision> decision(Caller caller, Head head, RouteConfig route, Instant now) {
        RoutePolicies policies = route.conditions().policies();
        return policies.isEmpty() ? Optional.empty() : Optional.of(policies.decide(request(caller, head, route, now)));
    }

    private static PolicyRequest request(Caller caller, Head head, RouteConfig route, Instant now) {
        PolicyRequest.Builder request = route.conditions()
                .policies()
                .request(now, head.method(), paths(head.target().path(), route));
        caller.address()
                .map(IpAddress::of)
                .ifPresent(address ->
                        request.address(ConditionKey.SOURCE_IP, address).address(ConditionKey.VPC_SOURCE_IP, address));
        // What policy-context says of the route is said of all its requests.
        caller.vpcEndpoint().ifPresent(endpoint -> request.textByDefault(ConditionKey.SOURCE_VPCE, endpoint));
        request.textByDefault(
                ConditionKey.SECURE_TRANSPORT, String.valueOf(caller.tls().isPresent()));
        text(request, ConditionKey.USER_AGENT, head.fields().getAll(HttpHeaderNames.USER_AGENT));
        text(request, ConditionKey.REFERER, head.fields().getAll(HttpHeaderNames.REFERER));
        return request.build();
    }

    private static void text(PolicyRequest.Builder request, ConditionKey key, List<String> values) {
        if (!values.isEmpty()) {
            request.text(key, values.size() == 1 ? values.get(0) : String.join(", ", values));
        }
    }

    /** The path that goes upstream, in each of the ways in which servers read it. */
    private static List<String> paths(String path, RouteConfig route) {
        String decoded = UnreservedEscapes.decode(path);
        String upstream = route.upstreamPath(decoded);
        List<String> others = OtherReadings.andDecoded(upstream);
        if (others.isEmpty()) {
            return List.of(upstream);
        }
        List<String> all = new ArrayList<>(others);
        all.add(0, upstream);
        return all;
    }
}
