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
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.secrets.Quoted;
import io.countersign.proxy.settings.ProxyConfig;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Says what the configuration in force decides on a request that nobody sends. It changes nothing, so a viewer may ask. */
final class RuleTestResource implements ApiResource {
    private static final int MAX_BODY = 16 * 1024;

    private final Supplier<ProxyConfig> config;
    private final Clock clock;

    RuleTestResource(Supplier<ProxyConfig> config, Clock clock) {
        this.config = config;
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
                Operation.change(Role.VIEWER, this::run).taking(MAX_BODY, "address", "user", "method", "path", "host"));
    }

    private Reply run(Call call) throws Problem {
        Input input = call.input();
        Caller caller = caller(input);
        ProxyConfig inForce = config.get();
        Verdict verdict = inForce.access().rules().decide(caller);
        Json json = Json.object().with("client", caller.toString());
        RulingJson.write(json, Ruling.of(verdict));
        Optional<String> path = input.text("path");
        if (path.isEmpty() || verdict instanceof Verdict.Denied) {
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
        String host = input.text("host").orElseGet(() -> hostOf(inForce));
        try {
            Trial.Result result = new Trial(inForce, clock).request(caller, method, path, host);
            json.with("tried", "request");
            if (result instanceof Trial.Result.Taken taken) {
                return json.with("taken", true)
                        .with("route", taken.route().name())
                        .with("policy", taken.policy().map(RuleTestResource::text));
            }
            Trial.Result.NotTaken refused = (Trial.Result.NotTaken) result;
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

    private static String text(io.countersign.proxy.policy.Decision decision) {
        return decision.toString();
    }

    private static String hostOf(ProxyConfig inForce) {
        TreeSet<String> hosts = new TreeSet<>(inForce.access().allowedHosts());
        return hosts.contains("localhost") ? "localhost" : hosts.first();
    }
}
