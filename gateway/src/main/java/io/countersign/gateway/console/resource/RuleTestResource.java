package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.Ruling;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Input;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.identity.Role;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.Trial;
import io.countersign.proxy.access.UserRules;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.admission.Findings;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.secrets.Quoted;
import io.countersign.proxy.settings.ProxyConfig;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Says what the configuration in force decides on a request that nobody sends. It changes nothing, so a viewer may ask. */
final class RuleTestResource implements ApiResource {
    private static final int MAX_BODY = 16 * 1024;

    private final Supplier<ProxyConfig> config;
    private final Supplier<List<Guard>> guards;
    private final Clock clock;

    /** @param guards in force, which know who was approved */
    RuleTestResource(Supplier<ProxyConfig> config, Supplier<List<Guard>> guards, Clock clock) {
        this.config = config;
        this.guards = guards;
        this.clock = clock;
    }

    @Override
    public String path() {
        return ROOT + "rules/test";
    }

    @Override
    public Map<HttpMethod, Operation> operations() {
        return Map.of(
                HttpMethod.POST,
                Operation.change(Role.VIEWER, this::run)
                        .taking(
                                MAX_BODY,
                                "address",
                                "user",
                                "token",
                                "service_account",
                                "listener",
                                "method",
                                "path",
                                "host"));
    }

    private Reply run(Call call) throws Problem {
        Input input = call.input();
        if (input.text("token").isPresent() && input.text("service_account").isPresent()) {
            throw Problem.badRequest("a request shows a \"token\" or that of a \"service_account\", not both");
        }
        Caller caller = Trial.showing(
                caller(input), input.text("token"), input.text("service_account"), input.text("listener"));
        ProxyConfig inForce = config.get();
        Verdict verdict = inForce.access().rules().decide(caller);
        Json json = Json.object().with("client", caller.toString());
        Optional<String> path = input.text("path");
        if (path.isEmpty() || Trial.isHopeless(inForce, verdict)) {
            RulingJson.write(json, Ruling.of(verdict));
            return Reply.of(json.with("taken", false).with("tried", "caller"));
        }
        return Reply.of(request(json, inForce, caller, input, path.get()));
    }

    private static Caller caller(Input input) throws Problem {
        Optional<String> address = input.text("address");
        Optional<String> user = input.text("user");
        if (address.isPresent() == user.isPresent()) {
            throw Problem.badRequest("give an \"address\", or a \"user\" who calls by a Unix socket");
        }
        if (address.isPresent()) {
            try {
                return Caller.ofSocket(IpAddress.parse(address.get()).toInetAddress());
            } catch (IllegalArgumentException e) {
                throw Problem.badRequest(Quoted.of(address.get()) + " is not an IP address");
            }
        }
        return UserRules.find(user.get())
                .map(Caller::ofUnixSocket)
                .orElseThrow(() -> Problem.badRequest(Quoted.of(user.get()) + " is not a user of this system"));
    }

    private Json request(Json json, ProxyConfig inForce, Caller caller, Input input, String path) throws Problem {
        if (!path.startsWith("/") || path.indexOf('?') >= 0) {
            throw Problem.badRequest("\"path\" begins with / and has no query");
        }
        String method = input.text("method").orElse("GET");
        String host = input.text("host").orElseGet(() -> Trial.usualHost(inForce));
        try {
            Trial.Result result = new Trial(inForce, clock, guards.get()).request(caller, method, path, host);
            json.with("tried", "request");
            if (result instanceof Trial.Result.Taken taken) {
                judged(json, taken.findings());
                return json.with("taken", true)
                        .with("route", taken.route().name())
                        .with("policy", taken.policy().map(RuleTestResource::text));
            }
            Trial.Result.NotTaken refused = (Trial.Result.NotTaken) result;
            judged(json, refused.findings());
            return json.with("taken", false)
                    .with("route", refused.findings().route().map(route -> route.name()))
                    .with("status", refused.response().status(refused.findings().keepsData()))
                    .with("detail", refused.response().detail());
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("such a request can't be written: " + e.getMessage());
        } catch (StartFailure e) {
            throw Problem.conflict(e.faults().get(0).toString());
        }
    }

    /** What the guards have found out, and what all rules say with that. */
    private static void judged(Json json, Findings findings) {
        RulingJson.write(json, Ruling.of(findings.verdict()));
        json.with("tenant", findings.caller().tenant());
    }

    private static String text(io.countersign.proxy.policy.Decision decision) {
        return decision.toString();
    }
}
