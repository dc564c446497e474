package io.countersign.gateway.identity;

import io.countersign.gateway.identity.kubernetes.ServiceAccounts;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.admission.Head;
import io.countersign.proxy.admission.Terms;
import io.countersign.proxy.caller.Attribution;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.Identity;
import io.countersign.proxy.local.GuardResponses;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Finds out who a caller is by the token in its request, if there is one. What was taken for a token of ours is never forwarded; what
 * claims to be one and is not, is refused: a caller whose token has ended must not go on as one without a token, for whom other rules may
 * hold. Every other {@code Authorization} passes as it came.
 */
final class IdentityGuard implements Guard {
    private static final Ruling NOBODY = new Ruling.Pass(Terms.OF_THE_ROUTE);

    private final TokenTable tokens;
    private final Optional<ServiceAccounts> accounts;
    private final Clock clock;

    /** @param accounts empty: their tokens are none of our business */
    IdentityGuard(TokenTable tokens, Optional<ServiceAccounts> accounts, Clock clock) {
        this.tokens = tokens;
        this.accounts = accounts;
        this.clock = clock;
    }

    @Override
    public Ruling judge(Caller caller, Head head) {
        List<String> lines = head.fields().getAll(HttpHeaderNames.AUTHORIZATION);
        if (lines.isEmpty()) {
            return NOBODY;
        }
        Presented presented = Presented.in(lines, accounts.isPresent());
        if (presented instanceof Presented.OurToken token) {
            return tokens.caller(token.secret(), clock.instant())
                    .map(known -> known(new Identity(Identity.Kind.TOKEN, known.name())))
                    .orElseGet(() -> refused("the token is unknown, has ended, or is for the console"));
        }
        if (presented instanceof Presented.Bearer bearer && accounts.isPresent()) {
            return ruling(accounts.get().identify(bearer.token(), caller.origin()));
        }
        return presented instanceof Presented.Malformed malformed ? refused(malformed.why()) : NOBODY;
    }

    private static Ruling ruling(ServiceAccounts.Answer answer) {
        if (answer instanceof ServiceAccounts.Answer.Known known) {
            return known(
                    new Identity(Identity.Kind.SERVICE_ACCOUNT, known.account().toString()));
        }
        if (answer instanceof ServiceAccounts.Answer.Refused refused) {
            return refused(refused.why());
        }
        return answer instanceof ServiceAccounts.Answer.NotNow notNow
                ? new Ruling.Refuse(GuardResponses.tokenUnchecked(notNow.why()))
                : NOBODY;
    }

    private static Ruling known(Identity identity) {
        return new Ruling.Pass(Terms.OF_THE_ROUTE
                .removing(HttpHeaderNames.AUTHORIZATION.toString())
                .attributedTo(Attribution.of(identity)));
    }

    private static Ruling refused(String why) {
        return new Ruling.Refuse(GuardResponses.tokenRefused(why));
    }
}
