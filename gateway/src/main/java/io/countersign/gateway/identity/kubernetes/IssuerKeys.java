package io.countersign.gateway.identity.kubernetes;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.countersign.proxy.config.Units;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An issuer's keys, fetched on a thread of their own: now and then, soon again after a failure, and when a token names a key that is not
 * there, though not more than once in {@link #MIN_INTERVAL}, however many such tokens come.
 *
 * <p>While the issuer is away the keys stay in use, up to a limit: a key that it has withdrawn because it leaked must end at some time,
 * even for whoever can keep us from the issuer.
 */
final class IssuerKeys implements AutoCloseable {
    static final Duration MIN_INTERVAL = Duration.ofSeconds(10);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY = Duration.ofSeconds(30);
    private static final int MAX_KEYS = 100;
    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

    private final KubernetesConfig config;
    private final IssuerDocuments documents;
    private final LongSupplier ticker;
    private final ScheduledExecutorService thread;
    private final AtomicBoolean wanted = new AtomicBoolean();

    private volatile Held held = Held.NOTHING;
    private volatile long attempted;
    /** Confined to the thread. */
    private Duration retry = FIRST_RETRY;

    /**
     * Keys as they were fetched at one moment.
     *
     * @param any whether any fetch has succeeded
     * @param at by the ticker
     */
    private record Held(Map<String, VerifyingKey> keys, boolean any, long at) {
        private static final Held NOTHING = new Held(Map.of(), false, 0);
    }

    /** What is known of a key. */
    sealed interface Lookup {
        record Found(VerifyingKey key) implements Lookup {}

        /** The issuer has no key of that id. */
        record Unknown() implements Lookup {}

        /** It may have; that is not known at the moment. */
        record NotKnown(String why) implements Lookup {}
    }

    /**
     * Makes them; {@link #start} fetches.
     *
     * @param ticker as {@link System#nanoTime}
     * @param thread closed with this
     */
    IssuerKeys(
            KubernetesConfig config, IssuerDocuments documents, LongSupplier ticker, ScheduledExecutorService thread) {
        this.config = config;
        this.documents = documents;
        this.ticker = ticker;
        this.thread = thread;
        this.attempted = ticker.getAsLong() - MIN_INTERVAL.toNanos();
    }

    void start() {
        thread.execute(this::fetchAndGoOn);
    }

    /** Never blocks. */
    Lookup find(String id) {
        Held now = held;
        if (!now.any()) {
            return new Lookup.NotKnown("the keys of " + config.issuer() + " have not been fetched yet");
        }
        if (ticker.getAsLong() - now.at() > config.maxStale().toNanos()) {
            return new Lookup.NotKnown(
                    "the keys of " + config.issuer() + " could not be fetched for " + Units.text(config.maxStale()));
        }
        VerifyingKey key = now.keys().get(id);
        if (key != null) {
            return new Lookup.Found(key);
        }
        return wantedSoon()
                ? new Lookup.NotKnown(
                        "the keys of " + config.issuer() + " are being fetched, since the token names a new one")
                : new Lookup.Unknown();
    }

    /** Whether this very object is still in use. */
    boolean has(VerifyingKey key) {
        return find(key.id()) instanceof Lookup.Found found && found.key() == key;
    }

    private boolean wantedSoon() {
        if (wanted.get()) {
            return true;
        }
        boolean longAgo = ticker.getAsLong() - attempted >= MIN_INTERVAL.toNanos();
        if (longAgo && wanted.compareAndSet(false, true)) {
            thread.execute(this::fetchWanted);
        }
        return longAgo;
    }

    private void fetchAndGoOn() {
        boolean fetched = fetch();
        Duration next = fetched ? config.refresh() : retry;
        retry = fetched ? FIRST_RETRY : min(retry.multipliedBy(2), MAX_RETRY);
        thread.schedule(this::fetchAndGoOn, next.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void fetchWanted() {
        fetch();
        wanted.set(false);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Whether the keys are those of now. */
    private boolean fetch() {
        long begun = ticker.getAsLong();
        attempted = begun;
        try {
            Map<String, VerifyingKey> keys = parse(documents.keys());
            boolean first = !held.any();
            boolean changed = !keys.keySet().equals(held.keys().keySet());
            held = new Held(keys, true, begun);
            if (first || changed) {
                LOG.info("identity.kubernetes: {} keys of {}", keys.size(), config.issuer());
            }
            return true;
        } catch (IOException | RuntimeException e) {
            // Whatever is wrong with what the issuer says, it is asked again.
            LOG.warn(
                    "identity.kubernetes: the issuer's keys can't be fetched{}: {}",
                    held.any()
                            ? ", and those in use stay for up to " + Units.text(config.maxStale())
                            : ", and tokens of service accounts get 503 until they can",
                    e instanceof IOException ? e.getMessage() : "they make no sense: " + e);
            return false;
        }
    }

    private Map<String, VerifyingKey> parse(String text) throws IOException {
        Map<String, VerifyingKey> keys = new HashMap<>();
        try {
            for (JWK jwk : JWKSet.parse(text).getKeys()) {
                Optional<VerifyingKey> key = VerifyingKey.of(jwk);
                if (key.isPresent() && keys.size() < MAX_KEYS) {
                    // The same object for the same key: what it has verified stays so.
                    VerifyingKey before = held.keys().get(key.get().id());
                    keys.put(key.get().id(), before != null && before.isSame(key.get()) ? before : key.get());
                }
            }
        } catch (ParseException e) {
            throw new IOException("they are not a JSON Web Key Set", e);
        }
        if (keys.isEmpty()) {
            throw new IOException("there is no key for RS256 or ES256 among them");
        }
        return keys;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
