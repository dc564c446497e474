package io.countersign.gateway.quota;

import io.countersign.gateway.shared.SharedLink;
import io.countersign.gateway.shared.SharedLinks;
import io.countersign.proxy.Extension;
import io.countersign.proxy.Host;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.state.StateFolder;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Keeps what has been used of each quota while one configuration follows another. */
public final class Quotas implements Extension {
    /** What passes in it is not counted after a crash. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Function<ProxyConfig, QuotaConfig> read;
    private final LongSupplier nanos;
    private final Clock clock;
    private final SharedLinks<? extends SharedCounts> links;
    private volatile String replica = replica();
    private Optional<DailyKeeper> keeper = Optional.empty();
    private QuotaTable inForce;
    private QuotaTable next;

    /**
     * Without quotas yet.
     *
     * @param read finds what was read of how quotas are counted
     * @param nanos the time from any origin, as {@link System#nanoTime} has it
     * @param links to the store that replicas share
     */
    public Quotas(
            Function<ProxyConfig, QuotaConfig> read,
            LongSupplier nanos,
            Clock clock,
            SharedLinks<? extends SharedCounts> links) {
        this.read = read;
        this.nanos = nanos;
        this.clock = clock;
        this.links = links;
        this.inForce =
                QuotaTable.first(new QuotaConfig(1, Optional.empty()), new Counting(nanos, clock, Optional.empty()));
        this.next = inForce;
    }

    private static String replica() {
        byte[] name = new byte[8];
        new SecureRandom().nextBytes(name);
        return HexFormat.of().formatHex(name);
    }

    @Override
    public String name() {
        return "quotas";
    }

    /** None of its own: those of tenants ask for the quotas. */
    @Override
    public List<Guard> guards(ProxyConfig config) {
        prepare(read.apply(config));
        return List.of();
    }

    /**
     * The quotas of a configuration that is about to be taken, to be filled by whoever makes its guards; the same table whoever asks
     * first.
     */
    public synchronized QuotaTable prepare(QuotaConfig config) {
        if (next != inForce && next.config().equals(config)) {
            return next;
        }
        next = inForce.next(
                config,
                new Counting(nanos, clock, links.prepare(config.shared()).map(this::over)));
        return next;
    }

    /** One for as long as the link is the same. */
    private SharedQuotas over(SharedLink<? extends SharedCounts> link) {
        return inForce.counting()
                .shared()
                .filter(same -> same.link() == link)
                .orElseGet(() -> new SharedQuotas(link, () -> replica));
    }

    @Override
    public synchronized void open(Host host) {
        host.state().ifPresent(folder -> keep(folder, PAUSE));
    }

    /** Bytes of the day outlast the process from now on. */
    void keep(StateFolder folder, Duration pause) {
        DailyKeeper opened = DailyKeeper.open(folder, pause, replica, next.counts(), this::counts);
        replica = opened.replica();
        keeper = Optional.of(opened);
    }

    private synchronized List<DailyCount> counts() {
        return inForce.counts();
    }

    @Override
    public synchronized void taken(ProxyConfig config) {
        inForce = next;
        inForce.taken();
    }

    @Override
    public synchronized void refused(List<ConfigFault> why) {
        next = inForce;
    }

    @Override
    public void close() {
        keeper.ifPresent(DailyKeeper::close);
    }
}
