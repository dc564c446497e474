package io.countersign.proxy.exchange;

import io.countersign.proxy.body.Budget;
import io.countersign.proxy.body.CollectedBody;
import io.countersign.proxy.config.UpstreamConfig;
import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.relay.RequestFields;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.signing.WireTarget;
import io.countersign.proxy.upstream.Acquired;
import io.countersign.proxy.upstream.RequestHead;
import io.countersign.proxy.upstream.UpstreamConnection;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.sigv4.Explanation;
import io.countersign.sigv4.Header;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Carries one collected request upstream: a place in flight, credentials, a connection, a signature made at the last moment,
 * and, where that is safe and helps, a second attempt. Confined to its exchange's event loop.
 */
final class Forwarding {
    /** Methods that may be sent again when a connection breaks before the response (RFC 9110 section 9.2.2). */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS");

    /** A method whose request says its body's length even when there is none (RFC 9110 section 8.6). */
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

    private static final int MAX_ATTEMPTS = 2;

    private final Exchange exchange;
    private final Services services;
    private final Route route;
    private final String method;
    private final WireTarget target;
    private final List<Header> fields;
    private final CollectedBody body;

    private Budget.Claim place;
    private UpstreamConnection connection;
    private Reply reply;
    private Attempt attempt;
    private long phaseBegan;
    private boolean over;

    /** What one attempt was signed with; keys and expiry are null on a route that does not sign. */
    record Attempt(Credentials.Usable credentials, Instant signedAt, boolean reusedConnection, List<Header> signed) {}

    Forwarding(
            Exchange exchange, Services services, Route route, HttpRequest head, String rawTarget, CollectedBody body) {
        this.exchange = exchange;
        this.services = services;
        this.route = route;
        this.method = head.method().name();
        this.body = body;
        int query = rawTarget.indexOf('?');
        this.target = WireTarget.of(
                query < 0 ? rawTarget : rawTarget.substring(0, query),
                query < 0 ? null : rawTarget.substring(query + 1),
                route.config().stripPrefix().orElse(""),
                upstream().basePath());
        this.fields = new ArrayList<>(head.headers().size() + 8);
        fields.add(new Header("Host", upstream().authority()));
        fields.addAll(RequestFields.toUpstream(head.headers(), route.config()));
        if (body.length() > 0 || WITH_BODY.contains(method)) {
            fields.add(new Header("Content-Length", Long.toString(body.length())));
        }
    }

    private UpstreamConfig upstream() {
        return route.upstream().config();
    }

    void start() {
        phaseBegan = exchange.now();
        place = services.inFlight().claim(1, exchange.channel().eventLoop(), this::placed);
        if (place.isHeld()) {
            placed();
        }
    }

    private void placed() {
        if (over) {
            return;
        }
        exchange.journal().waitNanos = Journal.plus(exchange.journal().waitNanos, phase());
        if (route.signing().isEmpty()) {
            connect(null);
            return;
        }
        Credentials now = route.signing().get().credentials().current();
        if (now instanceof Credentials.Usable usable) {
            exchange.journal().credentialsNanos = 0;
            connect(usable);
        } else {
            route.signing().get().credentials().await().whenComplete((found, error) -> onLoop(() -> awaited(found)));
        }
    }

    private void awaited(Credentials found) {
        exchange.journal().credentialsNanos = Journal.plus(exchange.journal().credentialsNanos, phase());
        if (found instanceof Credentials.Usable usable) {
            connect(usable);
        } else {
            exchange.answer(
                    Answers.noCredentials(route.signing().get().credentials().name()));
        }
    }

    private void connect(Credentials.Usable credentials) {
        services.pool().acquire(route.upstream(), route.config().times().connect(), acquired -> {
            if (over) {
                if (acquired instanceof Acquired.Got got) {
                    services.pool()
                            .giveBack(got.connection(), route.config().times().poolIdle());
                }
                return;
            }
            exchange.journal().connectNanos = Journal.plus(exchange.journal().connectNanos, phase());
            if (acquired instanceof Acquired.Failed failed) {
                exchange.answer(Answers.upstream(failed.fault()));
            } else if (acquired instanceof Acquired.Got got) {
                send(got.connection(), credentials);
            }
        });
    }

    private void send(UpstreamConnection over, Credentials.Usable credentials) {
        connection = over;
        List<Header> sent = new ArrayList<>(fields.size() + 4);
        sent.addAll(fields);
        List<Header> signed = new ArrayList<>(8);
        Instant time = null;
        if (credentials != null) {
            Route.Signing signing = route.signing().orElseThrow();
            time = signing.clock().now();
            signed.add(fields.get(0));
            RequestFields.addSigned(fields, route.config(), signed);
            services.signer()
                    .sign(method, target, signed, body.hash(), signing.context(), credentials.keys(), time, sent);
            int size = RequestHead.size(method, target.text(), sent);
            if (signing.maxHead() > 0 && size > signing.maxHead()) {
                connection = null;
                services.pool().giveBack(over, route.config().times().poolIdle());
                exchange.answer(Answers.signedHeadTooLarge(signing.maxHead(), size));
                return;
            }
        }
        attempt = new Attempt(credentials, time, over.wasUsedBefore(), signed);
        exchange.journal().attempts++;
        exchange.journal().upstreamStatus = 0;
        phaseBegan = exchange.now();
        reply = new Reply(exchange, this, route, method);
        over.exchange(
                method,
                RequestHead.encode(exchange.channel().alloc(), method, target.text(), sent, body.length()),
                body,
                route.config().times().poolIdle(),
                reply);
    }

    /** Signs and sends once more, with other credentials or a corrected clock. */
    void resend(Credentials.Usable credentials) {
        connection = null;
        phaseBegan = exchange.now();
        connect(credentials);
    }

    /** Whether one more attempt is left. */
    boolean mayResend() {
        return exchange.journal().attempts < MAX_ATTEMPTS;
    }

    /** The connection broke. Before any response, on a request that bears it, that is worth another one. */
    void broken(UpstreamFault fault) {
        boolean bearsIt = IDEMPOTENT.contains(method) || route.config().replaySafe();
        connection = null;
        if (fault.kind() == UpstreamFault.Kind.CONNECTION_TERMINATED
                && (attempt.reusedConnection() || route.config().replaySafe())
                && bearsIt
                && mayResend()) {
            resend(attempt.credentials());
        } else {
            exchange.answer(Answers.upstream(fault));
        }
    }

    /** The response's last octet is here: its connection is no longer ours. */
    void responseEnded() {
        connection = null;
    }

    /** The response's head is here. */
    void headCame() {
        exchange.journal().firstByteNanos = exchange.now() - phaseBegan;
    }

    UpstreamConnection connection() {
        return connection;
    }

    Attempt attempt() {
        return attempt;
    }

    /** What the last attempt's signature was computed from. */
    Explanation explain() {
        return services.signer()
                .explain(
                        method,
                        target,
                        attempt.signed(),
                        body.hash(),
                        route.signing().orElseThrow().context(),
                        attempt.credentials().keys(),
                        attempt.signedAt());
    }

    boolean hasBegunRelay() {
        return reply != null && reply.hasBegunRelay();
    }

    void clientWritabilityChanged() {
        if (reply != null) {
            reply.clientWritabilityChanged();
        }
    }

    /** The client half-closed. Before the response's head it may be waiting; once that streams, it is a client gone. */
    void inputEnded() {
        if (hasBegunRelay()) {
            exchange.channel().close();
        }
    }

    /** Lets go of connection and place; a second call does nothing. */
    void abandon() {
        over = true;
        if (reply != null) {
            reply.release();
        }
        if (connection != null) {
            connection.abandon();
            connection = null;
        }
        if (place != null) {
            place.release();
        }
    }

    /** Runs on the exchange's loop, unless the exchange is over by then. */
    void onLoop(Runnable step) {
        exchange.channel().eventLoop().execute(() -> {
            if (!over) {
                step.run();
            }
        });
    }

    private long phase() {
        long now = exchange.now();
        long took = now - phaseBegan;
        phaseBegan = now;
        return took;
    }
}
