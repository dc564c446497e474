package io.countersign.cli.demo;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Takes the application's log in place of standard error, and keeps its last lines, so that nothing is printed into a picture. */
final class LogTail extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final int LINES = 3;

    private final Deque<String> last = new ArrayDeque<>();
    private final Logger root;
    private final List<Appender<ILoggingEvent>> before = new ArrayList<>();

    private LogTail(Logger root) {
        this.root = root;
    }

    static LogTail attach() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        LogTail tail = new LogTail(root);
        for (Iterator<Appender<ILoggingEvent>> each = root.iteratorForAppenders(); each.hasNext(); ) {
            tail.before.add(each.next());
        }
        tail.before.forEach(root::detachAppender);
        tail.setContext(root.getLoggerContext());
        tail.start();
        root.addAppender(tail);
        return tail;
    }

    @Override
    protected void append(ILoggingEvent event) {
        String line = event.getLevel() + " " + event.getFormattedMessage().replaceAll("\\p{Cntrl}", " ");
        synchronized (last) {
            last.addLast(line);
            if (last.size() > LINES) {
                last.removeFirst();
            }
        }
    }

    List<String> last() {
        synchronized (last) {
            return List.copyOf(last);
        }
    }

    /** The log goes where it went before. */
    @Override
    public void close() {
        root.detachAppender(this);
        stop();
        before.forEach(root::addAppender);
    }
}
