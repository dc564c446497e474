package io.countersign.gateway;

import io.countersign.gateway.approval.ApprovalSettings;
import io.countersign.gateway.audit.AuditPart;
import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.countersign.gateway.identity.TokenTable;
import io.countersign.gateway.lifecycle.RouteLife;
import io.countersign.gateway.settings.GatewayConfig;
import io.countersign.proxy.Extension;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Takes down in the audit log what a reload changes of tokens, of the lives of routes, and of who has to be approved. */
final class AuditedReloads implements Extension {
    private static final String ACTOR = "reload";

    private final AuditPart audit;
    private Optional<State> before = Optional.empty();

    /** What is compared, each thing by its name and in words. */
    private record State(
            TokenTable tokens, TokenTable console, Map<String, String> routes, Map<String, String> settings) {
        static State of(ProxyConfig whole) {
            GatewayConfig config = GatewayConfig.of(whole);
            ApprovalSettings approval = whole.extension(ApprovalSettings.class).orElse(ApprovalSettings.UNUSED);
            TokenTable tokens = config.identity().tokens();
            return new State(
                    tokens,
                    config.console()
                            .map(console -> console.visitors().tokens())
                            // The console takes those of the same file unless it has one of its own.
                            .filter(own -> !own.equals(tokens))
                            .orElseGet(TokenTable::empty),
                    byName(config.lifecycle().routes(), RouteLife::route, life -> AuditedReloads.words(life, approval)),
                    Map.of(
                            "access.unlisted",
                            approval.asksUnlisted() ? "ask" : "deny",
                            "approval.four-eyes",
                            String.valueOf(approval.config().fourEyes())));
        }

        private static <T> Map<String, String> byName(
                List<T> all, Function<T, String> name, Function<T, String> words) {
            return all.stream().collect(Collectors.toMap(name, words, (one, other) -> other, LinkedHashMap::new));
        }
    }

    AuditedReloads(AuditPart audit) {
        this.audit = audit;
    }

    @Override
    public String name() {
        return "audited reloads";
    }

    @Override
    public void taken(ProxyConfig config) {
        State next = State.of(config);
        before.ifPresent(last -> {
            note("token", last.tokens, next.tokens);
            note("console token", last.console, next.console);
            note("route", last.routes, next.routes);
            note("setting", last.settings, next.settings);
        });
        before = Optional.of(next);
    }

    /** One that was replaced under its name says the same of itself as before, and is somebody else's. */
    @SuppressWarnings("FutureReturnValueIgnored") // as below
    private void note(String kind, TokenTable last, TokenTable next) {
        Map<String, String> words = State.byName(next.tokens(), Token::name, AuditedReloads::words);
        note(kind, State.byName(last.tokens(), Token::name, AuditedReloads::words), words);
        next.replacedSince(last).forEach(name -> audit.record(ACTOR, "replace", kind + " " + name, words.get(name)));
    }

    // A line that cannot be kept has been printed, and is reported by the audit log itself.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void note(String kind, Map<String, String> last, Map<String, String> next) {
        next.forEach((name, words) -> {
            String former = last.get(name);
            if (former == null) {
                audit.record(ACTOR, "add", kind + " " + name, words);
            } else if (!Objects.equals(former, words)) {
                audit.record(ACTOR, "change", kind + " " + name, words + ", formerly " + former);
            }
        });
        last.forEach((name, words) -> {
            if (!next.containsKey(name)) {
                audit.record(ACTOR, "remove", kind + " " + name, words);
            }
        });
    }

    private static String words(Token token) {
        return token.role().map(Role::word).orElse("caller")
                + token.until().map(until -> " until " + until).orElse("");
    }

    private static String words(RouteLife life, ApprovalSettings approval) {
        return life.state().label()
                + life.retireFinal().map(end -> ", final " + end).orElse("")
                + (approval.routes().contains(life.route()) ? ", approval required" : "");
    }
}
