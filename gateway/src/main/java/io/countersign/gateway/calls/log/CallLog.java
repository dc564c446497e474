package io.countersign.gateway.calls.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.proxy.accesslog.CallLine;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes calls to disk as lines of JSON, by a thread of its own: {@link #offer} never waits. What finds no place in its queue, or could not be
 * written, is counted and said. Lines are with the operating system a tenth of a second later, so that no more is missing after the
 * process was killed.
 */
public final class CallLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);

    static final int MAX_CALLS = 8192;
    static final long MAX_BYTES = 8L << 20;

    /** Calls that come within it are written together: each waking of the thread costs more than a line. */
    private static final long GATHER_MILLIS = 50;

    private static final int MANY = MAX_CALLS / 8;
    private static final int GATHER_BYTES = 32 * 1024;

    private static final long IDLE_MILLIS = 1000;
    private static final Duration TIDYING = Duration.ofMinutes(1);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration REPORT = Duration.ofMinutes(1);
    private static final long END_MILLIS = 2000;

    private final CallFiles files;
    private final Clock clock;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(MAX_CALLS);
    private final AtomicLong queuedBytes = new AtomicLong();
    private final LongAdder dropped = new LongAdder();
    private final Thread thread;
    private final Packer packer;
    private volatile CallsBounds bounds;
    private volatile String active = "";
    private volatile long bytes;
    private volatile boolean closing;

    /** Confined to the thread. */
    private final CallLine lines = new CallLine();

    /** Lines that are written in one go: what the appender does for each writing costs as much as to make a line. */
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream(2 * GATHER_BYTES);

    private RollingCalls rolling;
    private long nextTry = Long.MIN_VALUE;
    private long nextTidying = Long.MIN_VALUE;
    private long nextReport = Long.MIN_VALUE;
    private long reported;
    private String fault = "they came faster than they could be written";

    /** The last fault of our own, which is said once. */
    private String ours = "";

    private record Waiting(long number, ExchangeRecord call, int bytes) {}

    private CallLog(CallFiles files, CallsBounds bounds, Clock clock) {
        this.files = files;
        this.bounds = bounds;
        this.clock = clock;
        this.packer = new Packer(files, () -> active);
        this.thread = new Thread(this::run, "countersign-calls");
        thread.setDaemon(true);
    }

    /** Opens it; a folder that cannot be written to is found out, and said, by its thread. */
    public static CallLog open(CallFiles files, CallsBounds bounds, Clock clock) {
        CallLog log = new CallLog(files, bounds, clock);
        log.thread.start();
        return log;
    }

    /** To be read by whoever searches. */
    public CallFiles files() {
        return files;
    }

    /** Takes effect with the next file. */
    public void bounds(CallsBounds next) {
        bounds = next;
    }

    /**
     * Takes a call; never blocks.
     *
     * @param bytes how much memory the call takes while it waits, roughly
     */
    public void offer(long number, ExchangeRecord call, int bytes) {
        // Reserved before the queue is asked, so that racing threads cannot pass the limit together.
        if (queuedBytes.addAndGet(bytes) > MAX_BYTES || closing || !queue.offer(new Waiting(number, call, bytes))) {
            queuedBytes.addAndGet(-bytes);
            dropped.increment();
        }
    }

    /** Calls that are missing on the disk. */
    public long dropped() {
        return dropped.sum();
    }

    /** How much of the disk it takes, as of a minute ago at most. */
    public long bytes() {
        return bytes;
    }

    private void run() {
        List<Waiting> batch = new ArrayList<>();
        try {
            while (!closing || !queue.isEmpty()) {
                try {
                    turn(batch);
                } catch (RuntimeException e) {
                    // A fault of ours costs what was in hand, and not all calls from then on.
                    if (!e.toString().equals(ours)) {
                        ours = e.toString();
                        LOG.error("call log: a fault of our own", e);
                    }
                    failed(e);
                } finally {
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            // Only the end of the JVM interrupts this thread.
        } finally {
            end();
        }
    }

    private void turn(List<Waiting> batch) throws InterruptedException {
        Waiting first = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
            if (!closing && queue.size() < MANY) {
                Thread.sleep(GATHER_MILLIS);
            }
            batch.add(first);
            queue.drainTo(batch);
            write(batch);
        }
        keepInBounds();
        report();
    }

    private void write(List<Waiting> batch) {
        int lost = batch.size();
        try {
            if (open()) {
                int unwritable = 0;
                for (Waiting each : batch) {
                    unwritable += gather(each);
                    if (gathered.size() >= GATHER_BYTES) {
                        writeGathered();
                    }
                }
                writeGathered();
                rolling.flush();
                lost = unwritable;
            }
        } catch (IOException e) {
            failed(e);
        } finally {
            gathered.reset();
            // A line whose bytes have arrived in part only, or in an earlier batch of the buffer, counts as lost.
            dropped.add(lost);
            queuedBytes.addAndGet(-batch.stream().mapToLong(Waiting::bytes).sum());
        }
    }

    /** How many of this one call can't be written. */
    private int gather(Waiting one) {
        try {
            gathered.writeBytes(lines.of(one.number(), one.call()).getBytes(UTF_8));
            gathered.write('\n');
            return 0;
        } catch (RuntimeException e) {
            fault = "a fault of our own: " + e;
            return 1;
        }
    }

    private void writeGathered() throws IOException {
        if (gathered.size() > 0) {
            rolling.write(gathered.toByteArray());
            gathered.reset();
        }
    }

    /** Whether there is a file to write to; after a fault that is tried again now and then. */
    private boolean open() throws IOException {
        long now = clock.millis();
        if (rolling == null && now >= nextTry) {
            CallsBounds current = bounds;
            rolling = new RollingCalls(files.folder(), now, current.fileBytes(), this::opening);
            rolling.begin();
        }
        return rolling != null;
    }

    /** Makes room for another file before there is one. */
    private void opening(String file) {
        active = file;
        tidy();
    }

    private void tidy() {
        nextTidying = clock.millis() + TIDYING.toMillis();
        try {
            bytes = files.tidy(() -> active, clock.instant(), bounds);
        } catch (IOException e) {
            LOG.warn("call log: the oldest file cannot be deleted: {}", e.toString());
        }
        packer.pack();
    }

    /** The file may end within a line: the next one has a name of its own. */
    private void failed(Exception e) {
        fault = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        end();
        active = "";
        nextTry = clock.millis() + RETRY.toMillis();
    }

    private void end() {
        if (rolling != null) {
            rolling.stop();
            rolling = null;
        }
    }

    /** Also while there are no calls. */
    private void keepInBounds() {
        if (clock.millis() >= nextTidying) {
            try {
                if (rolling != null) {
                    rolling.rollInTime();
                }
            } catch (IOException e) {
                failed(e);
            }
            tidy();
        }
    }

    /** Says what was lost, once a minute at most. */
    private void report() {
        long now = clock.millis();
        long all = dropped.sum();
        if (all > reported && now >= nextReport) {
            LOG.warn("call log: {} calls are missing on the disk: {}", all - reported, fault);
            reported = all;
            nextReport = now + REPORT.toMillis();
        }
    }

    /** Writes what is queued, for as long as the disk takes it, up to two seconds, and as long again for what is being compressed. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        packer.close();
    }
}
