package io.countersign.gateway.identity.kubernetes;

import com.nimbusds.jwt.SignedJWT;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.LongSupplier;

/**
 * Finds out which service account a token is of. Safe from any thread; never blocks: the issuer's keys are fetched elsewhere
 * ({@link IssuerKeys}).
 *
 * <p>Signatures are verified on event loops, so that is bounded. A token that was good is known by its hash until it ends or its key is
 * withdrawn, and is verified once in all; one that was refused is known too. What is wrong by its claims, or names a key that the issuer
 * doesn't have, is refused before any signature. Whoever sends tokens that fit, but are not signed by the issuer, has few of them verified
 * a second ({@link BadSignatures}); then a token that is not known yet gets "not now" until the next second, while known ones go on.
 */
public final class ServiceAccounts implements AutoCloseable {
    private static final int MAX_TOKEN = 16 << 10;
    private static final int MAX_GOOD = 16_384;
    private static final int MAX_REFUSED = 1_024;

    /** What is known of tokens takes up to that much of the heap, in bytes: a hash, an account's name, and the objects around them. */
    public static final long MEMORY = (MAX_GOOD + MAX_REFUSED) * 256L;

    private final KubernetesConfig config;
    private final IssuerKeys keys;
    private final Clock clock;
    private final BadSignatures bad;
    private final Recent<ByteBuffer, Good> good = new Recent<>(MAX_GOOD);
    private final Recent<ByteBuffer, Other> others = new Recent<>(MAX_REFUSED);

    /** What a token says. */
    public sealed interface Answer {
        /** It is of that account. */
        record Known(ServiceAccount account) implements Answer {}

        /** It is of another issuer, or is no token of this kind: none of our business. */
        record Foreign() implements Answer {}

        /** It claims to be of the issuer, and does not count. */
        record Refused(String why) implements Answer {}

        /** Whether it counts can't be said at the moment; sent again later, it may. */
        record NotNow(String why) implements Answer {}
    }

    /** @param until after which it no longer counts */
    private record Good(ServiceAccount account, VerifyingKey key, Instant until) {}

    /**
     * What was said of a token that did not count.
     *
     * @param key that had not signed it; empty: it does not count whatever the keys are
     */
    private record Other(Answer answer, Optional<VerifyingKey> key) {}

    ServiceAccounts(KubernetesConfig config, IssuerDocuments documents, Clock clock, LongSupplier ticker) {
        ScheduledThreadPoolExecutor thread =
                new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("countersign-issuer", true));
        thread.setRejectedExecutionHandler(
                new ThreadPoolExecutor.DiscardPolicy()); // closed: nothing is fetched any more
        this.config = config;
        this.keys = new IssuerKeys(config, documents, ticker, thread);
        this.clock = clock;
        this.bad = new BadSignatures(ticker);
    }

    /** Fetches nothing before {@link #start}. */
    public ServiceAccounts(KubernetesConfig config, Clock clock, LongSupplier ticker) {
        this(config, new IssuerHttp(config, ticker), clock, ticker);
    }

    /** Begins to fetch the issuer's keys, and returns before they are there. */
    public void start() {
        keys.start();
    }

    /**
     * Whose a token is.
     *
     * @param token from the field Authorization, without its scheme
     * @param origin what tells the connections of one client from those of others
     */
    public Answer identify(String token, Object origin) {
        if (token.length() > MAX_TOKEN) {
            return new Answer.Refused("the token in the field Authorization has more than " + MAX_TOKEN + " bytes");
        }
        ByteBuffer hash = hash(token);
        Instant now = clock.instant();
        Optional<Good> before = good.get(hash);
        if (before.isPresent()) {
            if (now.isBefore(before.get().until()) && keys.has(before.get().key())) {
                return new Answer.Known(before.get().account());
            }
            good.remove(hash);
        }
        return others.get(hash)
                .filter(other -> other.key().isEmpty() || keys.has(other.key().get()))
                .map(Other::answer)
                .orElseGet(() -> judge(token, hash, origin, now));
    }

    private Answer judge(String token, ByteBuffer hash, Object origin, Instant now) {
        Optional<Map<String, Object>> said = Claims.parse(token);
        if (said.isEmpty()
                || !Claims.text(said.get(), "iss")
                        .equals(Optional.of(config.issuer().toString()))) {
            return remember(hash, new Answer.Foreign());
        }
        Claims claims = Claims.of(said.get());
        Optional<String> fault = claims.fault(config.audience());
        if (fault.isPresent()) {
            return remember(hash, new Answer.Refused(fault.get()));
        }
        Optional<String> untimely = claims.untimely(now);
        if (untimely.isPresent()) {
            // Not remembered: a clock that is wrong is set right at some time.
            return new Answer.Refused(untimely.get());
        }
        SignedJWT signed;
        try {
            signed = SignedJWT.parse(token);
        } catch (ParseException | RuntimeException e) {
            // The library throws both at what is no header, such as null.
            return remember(hash, new Answer.Refused("the token of the service account is not a signed one"));
        }
        return verify(signed, claims, hash, origin);
    }

    private Answer verify(SignedJWT signed, Claims claims, ByteBuffer hash, Object origin) {
        String id = signed.getHeader().getKeyID();
        if (id == null) {
            return remember(hash, new Answer.Refused("the token of the service account does not name its key"));
        }
        IssuerKeys.Lookup lookup = keys.find(id);
        if (lookup instanceof IssuerKeys.Lookup.NotKnown notKnown) {
            return new Answer.NotNow(notKnown.why());
        }
        if (!(lookup instanceof IssuerKeys.Lookup.Found found)) {
            return new Answer.Refused(
                    "the token of the service account is signed with a key that its issuer does not have");
        }
        if (!bad.allow(origin)) {
            return new Answer.NotNow("too many tokens with a wrong signature have come within a second");
        }
        if (!found.key().verifies(signed)) {
            bad.add(origin, found.key().cost());
            Answer refused = new Answer.Refused("the token of the service account has a wrong signature");
            others.put(hash, new Other(refused, Optional.of(found.key())));
            return refused;
        }
        ServiceAccount account = claims.account().orElseThrow();
        good.put(
                hash,
                new Good(account, found.key(), claims.expires().orElseThrow().plus(Claims.SKEW)));
        return new Answer.Known(account);
    }

    private Answer remember(ByteBuffer hash, Answer answer) {
        others.put(hash, new Other(answer, Optional.empty()));
        return answer;
    }

    /** Of the whole token: two that differ only in how the last bits of a signature are written are two. */
    private static ByteBuffer hash(String token) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() {
        keys.close();
    }
}
