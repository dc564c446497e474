package io.countersign.proxy.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Puts log events as lines into a {@link LineQueue}; rendered by the calling thread, so that nothing mutable waits. */
final class QueueAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    /** How long the end of the process waits for a slow reader of the log. */
    private static final long FLUSH_MILLIS = 2000;

    private final LineQueue lines;
    private volatile Function<ILoggingEvent, String> layout;

    /** @param layout called by many threads at once */
    QueueAppender(String name, OutputStream stream, Function<ILoggingEvent, String> layout) {
        setName(name);
        this.layout = layout;
        lines = new LineQueue("countersign-log-" + name, stream);
    }

    /** From the next line on. */
    void layout(Function<ILoggingEvent, String> next) {
        layout = next;
    }

    long dropped() {
        return lines.dropped();
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.offer(layout.apply(event));
    }

    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        try {
            lines.close(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
