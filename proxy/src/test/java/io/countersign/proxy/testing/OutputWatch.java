package io.countersign.proxy.testing;

import static org.junit.jupiter.api.Assertions.assertSame;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.countersign.testing.Await;
import io.netty.buffer.ByteBufAllocator;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails a test class whose log, at DEBUG, tells of a leaked buffer or holds the test's secret or token.
 *
 * <p>Netty finds a leak only once the buffer is collected and another is allocated, so both are brought about at the end.
 */
public final class OutputWatch implements BeforeEachCallback, AfterAllCallback {
    /** The SDK's signer prints the token at DEBUG; it runs here as the tests' oracle. */
    private static final String ORACLE = "software.amazon.awssdk.http.auth.aws.internal.signer";

    private final List<String> findings = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            look(event);
        }
    };

    /** Anew before each test, since a proxy that starts may set logging up afresh. */
    @Override
    public void beforeEach(ExtensionContext context) {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
        root.getLoggerContext().getLogger("io.countersign").setLevel(Level.DEBUG);
        root.getLoggerContext().getLogger(ORACLE).setLevel(Level.INFO);
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        PhantomReference<Object> canary = new PhantomReference<>(new Object(), collected);
        System.gc();
        assertSame(
                canary,
                collected.remove(Await.LIMIT.toMillis()),
                "the garbage collector did not run, so leaks would go unseen");
        for (int i = 0; i < 8; i++) {
            ByteBufAllocator.DEFAULT.directBuffer(16).release();
        }
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAppender(appender);
        root.getLoggerContext().getLogger("io.countersign").setLevel(null);
        if (!findings.isEmpty()) {
            throw new AssertionError(findings.size() + " findings in the log, the first: " + findings.get(0));
        }
    }

    private void look(ILoggingEvent event) {
        String text = event.getThrowableProxy() == null
                ? event.getFormattedMessage()
                : event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy());
        if (text.contains("LEAK:") || Canaries.in(text)) {
            findings.add(event.getLoggerName() + ": " + text);
        }
    }
}
