package io.countersign.gateway.overview;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.calls.Exchanges;
import io.countersign.proxy.caller.Attribution;
import io.countersign.proxy.exchange.ExchangeRecord;
import io.countersign.proxy.held.Horizons;
import io.countersign.proxy.metrics.DurationBuckets;
import io.countersign.proxy.metrics.InForce;
import io.countersign.proxy.metrics.Metrics;
import io.countersign.proxy.metrics.ProxyState;
import io.countersign.proxy.metrics.Sample;
import io.countersign.proxy.metrics.Vitals;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OverviewTest {
    private static final Instant NOW = Instant.parse("2026-11-27T05:00:00Z");
    private static final Duration STEP = Window.QUARTER_HOUR.step();

    private final AtomicLong nanos = new AtomicLong(17);
    private final Overview overview = new Overview(nanos::get);

    @BeforeEach
    void watch() {
        overview.watch();
    }

    /** What may become of a call. */
    @SuppressWarnings("ImmutableEnumChecker") // records of texts and numbers
    private enum Fate {
        TAKEN(200, false, 200, null),
        REFUSED(400, false, 400, null),
        KEPT(503, true, 403, "permission"),
        HELD(503, true, 0, "no_credentials"),
        UNANSWERED(0, false, 0, null);

        private final ExchangeRecord.Outcome outcome;

        Fate(int status, boolean own, int upstream, String held) {
            outcome = new ExchangeRecord.Outcome(
                    10,
                    new ExchangeRecord.Response(status, own, 20, true, 0),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.ofNullable(held),
                    new ExchangeRecord.UpstreamResult(
                            List.of(new ExchangeRecord.Attempt(
                                    "aps.example",
                                    false,
                                    2,
                                    5,
                                    new ExchangeRecord.Answer(upstream, Optional.empty(), Optional.empty()),
                                    Optional.empty())),
                            Optional.empty(),
                            Optional.empty(),
                            new ExchangeRecord.Items(0, 0),
                            Optional.empty()));
        }
    }

    private static ExchangeRecord call(String route, String tenant, Fate fate, long millis) {
        ExchangeRecord like = Exchanges.onRoute(route, "10.0.0.1");
        return new ExchangeRecord(
                like.id(),
                tenant == null ? like.caller() : like.caller().attributedTo(Attribution.ofTenant(tenant)),
                like.verdict(),
                like.route(),
                like.request(),
                fate.outcome,
                new ExchangeRecord.Timings(
                        0, -1, -1, -1, -1, -1, Duration.ofMillis(millis).toNanos()));
    }

    private void call(String route, Fate fate) {
        overview.finished(call(route, null, fate, 3));
    }

    private void steps(long count) {
        nanos.addAndGet(STEP.multipliedBy(count).toNanos());
        overview.tick();
    }

    private List<Long> all(Window window, ToLongFunction<Sums> what) {
        return overview.show(window, Overview.By.NOTHING, NOW).all().stream()
                .mapToLong(what)
                .boxed()
                .toList();
    }

    @Test
    void aStepHasWhatWasCountedInIt() {
        call("a", Fate.TAKEN);
        assertEquals(List.of(), all(Window.QUARTER_HOUR, Sums::requests));
        steps(1);
        call("a", Fate.TAKEN);
        call("b", Fate.UNANSWERED);
        steps(1);
        steps(1);
        assertEquals(List.of(1L, 2L, 0L), all(Window.QUARTER_HOUR, Sums::requests));
        assertEquals(List.of(0L, 1L, 0L), all(Window.QUARTER_HOUR, Sums::errors));
        Overview.Shown byRoute = overview.show(Window.QUARTER_HOUR, Overview.By.ROUTE, NOW);
        assertEquals(List.of("a", "b"), List.copyOf(byRoute.named().keySet()));
        assertEquals(
                List.of(0L, 1L, 0L),
                byRoute.named().get("b").stream().map(Sums::requests).toList());
    }

    @Test
    void theEndIsThatOfTheLastWholeStep() {
        steps(2);
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        assertEquals(
                NOW.minusSeconds(3),
                overview.show(Window.QUARTER_HOUR, Overview.By.NOTHING, NOW).end());
        assertEquals(
                NOW.minusSeconds(13),
                overview.show(Window.THREE_HOURS, Overview.By.NOTHING, NOW).end());
    }

    @Test
    void aTickThatComesLateLosesNothing() {
        call("a", Fate.TAKEN);
        steps(3);
        assertEquals(List.of(0L, 0L, 1L), all(Window.QUARTER_HOUR, Sums::requests));
    }

    @Test
    void longerWindowsAddUpTheShorterOnes() {
        for (int i = 0; i < 2 * 720 + 5; i++) {
            call("a", Fate.TAKEN);
            steps(1);
        }
        assertEquals(180, all(Window.QUARTER_HOUR, Sums::requests).size());
        List<Long> minutes = all(Window.THREE_HOURS, Sums::requests);
        assertEquals(120, minutes.size());
        assertTrue(minutes.stream().allMatch(each -> each == 12), minutes::toString);
        assertEquals(
                List.of(120L, 120L).toString(),
                all(Window.DAY, Sums::requests).subList(0, 2).toString());
        assertEquals(
                1445,
                Sums.of(overview.show(Window.DAY, Overview.By.NOTHING, NOW).all())
                                .requests()
                        + 5);
    }

    @Test
    void aSeriesThatBeginsLaterHasNothingBefore() {
        steps(13);
        call("late", Fate.TAKEN);
        steps(11);
        List<Sums> points = overview.show(Window.THREE_HOURS, Overview.By.ROUTE, NOW)
                .named()
                .get("late");
        assertEquals(List.of(0L, 1L), points.stream().map(Sums::requests).toList());
    }

    @Test
    void afterADayNothingOfItIsLeft() {
        call("a", Fate.TAKEN);
        steps(1);
        steps(Series.stepsOf(Window.DAY) * Window.DAY.steps());
        assertEquals(
                1, overview.show(Window.DAY, Overview.By.ROUTE, NOW).named().size());
        steps(Series.stepsOf(Window.DAY));
        assertEquals(Map.of(), overview.show(Window.DAY, Overview.By.ROUTE, NOW).named());
        assertEquals(
                0,
                all(Window.DAY, Sums::requests).stream().mapToLong(each -> each).sum());
    }

    @Test
    void whoComesWhenThereIsNoRoomIsCountedWithOthers() {
        for (int i = 0; i < Overview.MAX + 7; i++) {
            overview.finished(call("r" + i, "t" + i, Fate.TAKEN, 1));
        }
        steps(1);
        for (Overview.By by : List.of(Overview.By.ROUTE, Overview.By.TENANT)) {
            Map<String, List<Sums>> named =
                    overview.show(Window.QUARTER_HOUR, by, NOW).named();
            assertEquals(Overview.MAX + 1, named.size());
            assertEquals(7, named.get(SeriesByName.OTHER).get(0).requests());
        }
        assertEquals(List.of(Overview.MAX + 7L), all(Window.QUARTER_HOUR, Sums::requests));
    }

    @Test
    void theRateIsThatOfTheLastMinute() {
        call("a", Fate.TAKEN);
        steps(1);
        assertEquals(Map.of("a", 0.2), overview.acknowledgedRates());
        for (int i = 0; i < 30; i++) {
            call("a", Fate.TAKEN);
            call("a", Fate.REFUSED);
        }
        call("b", Fate.HELD);
        steps(11);
        assertEquals(Map.of("a", 31 / 60.0, "b", 0.0), overview.acknowledgedRates());
        steps(1);
        assertEquals(Map.of("a", 0.5, "b", 0.0), overview.acknowledgedRates());
    }

    /** Both count the same calls; the page may show no other number than a scrape. */
    @Test
    void agreesWithTheMetrics() {
        ProxyState state = new ProxyState(
                () -> new Vitals(0, 0, 0, new Vitals.Buffered(0, 0), new Vitals.Upstreams(0, 0, 0)),
                List::of,
                Map::of,
                Map::of,
                List::of,
                () -> new InForce("", Map.of(), 1, 1, Horizons.DEFAULT),
                Map::of);
        Metrics metrics = new Metrics("test", state, Clock.systemUTC());
        Random random = new Random(20);
        for (int i = 0; i < 2_000; i++) {
            Fate fate = Fate.values()[random.nextInt(Fate.values().length)];
            // The bounds of buckets among them.
            long millis =
                    List.of(0L, 1L, 2L, 10L, 70L, 1_000L, 60_000L, 70_000L).get(random.nextInt(8));
            ExchangeRecord call = call(random.nextBoolean() ? "a" : "b", null, fate, millis);
            metrics.finished(call);
            overview.finished(call);
        }
        steps(1);
        for (String route : List.of("a", "b")) {
            Sums sums = Sums.of(overview.show(Window.QUARTER_HOUR, Overview.By.ROUTE, NOW)
                    .named()
                    .get(route));
            List<Sample> samples = metrics.samples(name -> name.startsWith("countersign_")).stream()
                    .filter(sample -> sample.label("route").equals(route))
                    .toList();
            assertEquals(sum(samples, "countersign_requests_total", "code", ".*"), sums.requests());
            assertEquals(sum(samples, "countersign_requests_total", "code", "2.."), sums.acknowledged());
            assertEquals(sum(samples, "countersign_requests_total", "code", "4..|5..|none"), sums.errors());
            assertEquals(sum(samples, "countersign_kept_data_total", "upstream_status", ".*"), sums.keptData());
            assertEquals(sum(samples, "countersign_held_total", "cause", ".*"), sums.held());
            assertEquals(sum(samples, "countersign_request_bytes_total", "route", ".*"), sums.requestBytes());
            assertEquals(sum(samples, "countersign_response_bytes_total", "route", ".*"), sums.responseBytes());
            double below = 0;
            for (Sample bucket : samples) {
                if (bucket.name().equals("countersign_request_duration_seconds_bucket")) {
                    below = Math.max(below, bucket.value());
                    assertEquals(
                            bucket.value(),
                            (double) upTo(sums, Double.parseDouble(bucket.label("le"))),
                            bucket.label("le"));
                }
            }
            assertEquals((double) sums.requests(), below);
            assertTrue(sums.held() > sums.keptData() && sums.keptData() > 0);
        }
    }

    private static long upTo(Sums sums, double seconds) {
        long calls = 0;
        for (int bucket = 0; bucket <= DurationBuckets.of(seconds); bucket++) {
            calls += sums.value(Sums.DURATIONS + bucket);
        }
        return calls;
    }

    private static long sum(List<Sample> samples, String name, String label, String values) {
        return (long) samples.stream()
                .filter(sample ->
                        sample.name().equals(name) && sample.label(label).matches(values))
                .mapToDouble(Sample::value)
                .sum();
    }
}
