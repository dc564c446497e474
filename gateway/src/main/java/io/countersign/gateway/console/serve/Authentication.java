package io.countersign.gateway.console.serve;

import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.countersign.proxy.admin.http.Entrance;
import io.countersign.proxy.admin.http.Resource;
import io.countersign.proxy.admin.http.Response;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Lets requests to the API in that bring a token of the role which the operation needs, and all requests to other pages. Without a
 * good token nobody learns what there is.
 */
final class Authentication implements Entrance {
    private static final String SCHEME = "bearer ";

    private final Holders holders;
    private final Clock clock;
    private final WrongTokens wrong;

    /** Finds the tokens that are in force at a moment. */
    @FunctionalInterface
    interface Holders {
        /** Empty where it is no token of somebody who may use the console. */
        Optional<Token> find(String presented, Instant now);
    }

    Authentication(Holders holders, Clock clock, WrongTokens wrong) {
        this.holders = holders;
        this.clock = clock;
        this.wrong = wrong;
    }

    @Override
    public Decision decide(HttpRequest head, Optional<InetAddress> peer, Optional<Resource> found) {
        if (found.isPresent() && !(found.get() instanceof ApiPage)) {
            return new Decision.Entered(found.get());
        }
        List<String> fields = head.headers().getAll(HttpHeaderNames.AUTHORIZATION);
        if (fields.isEmpty()) {
            return unauthorized("a token is needed here, as Authorization: Bearer csgn_...; countersign token add NAME"
                    + " --role viewer makes one");
        }
        Instant now = clock.instant();
        Optional<String> presented = presented(fields);
        Optional<Holder> holder =
                presented.flatMap(text -> holders.find(text, now).map(token -> holder(token, text)));
        if (holder.isEmpty()) {
            wrong.came(peer);
            return unauthorized(
                    "this is not a token with a role that is in force here; countersign token list shows those"
                            + " that are");
        }
        return found.isEmpty()
                ? Entrance.OPEN.decide(head, peer, found)
                : decide(head.method(), holder.get(), (ApiPage) found.get());
    }

    /** As RFC 6750 section 2.1 writes it; a second field could be read by somebody else than the first. */
    private static Optional<String> presented(List<String> fields) {
        String field = fields.get(0);
        return fields.size() == 1 && field.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(field.substring(SCHEME.length()).strip())
                : Optional.empty();
    }

    private Holder holder(Token token, String presented) {
        return new Holder(
                token,
                () -> holders.find(presented, clock.instant())
                        .filter(token::equals)
                        .isPresent());
    }

    private Decision decide(HttpMethod method, Holder holder, ApiPage page) {
        Token token = holder.token();
        Optional<Role> needed = page.role(method);
        Role role = token.role().orElseThrow();
        if (needed.isPresent() && !role.includes(needed.get())) {
            return new Decision.Refused(Problems.response(
                    HttpResponseStatus.FORBIDDEN,
                    "this takes a token with the role " + needed.get().word() + ", and " + token.name() + " has "
                            + role.word()));
        }
        return new Decision.Entered(page.of(holder));
    }

    private static Decision unauthorized(String detail) {
        Response response = Problems.response(HttpResponseStatus.UNAUTHORIZED, detail);
        return new Decision.Refused(response.with("www-authenticate", "Bearer realm=\"countersign\""));
    }
}
