package io.countersign.proxy.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;

/**
 * Sets logback up, found by it as a service: the access log on standard output, everything else on standard error.
 * In code because logback's XML costs a sixth of a second at start; ends the search, so no logback.xml is looked for.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    static final String ACCESS_LOGGER = "countersign.access";
    static final String ACCESS = "access";
    static final String APPLICATION = "application";

    /** Called by logback's service loader. */
    public LogConfigurator() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        context.setMaxCallerDataDepth(0);
        QueueAppender application =
                new QueueAppender(APPLICATION, new FileOutputStream(FileDescriptor.err), LineLayout::render);
        QueueAppender access =
                new QueueAppender(ACCESS, new FileOutputStream(FileDescriptor.out), ILoggingEvent::getMessage);
        attach(context, context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME), application);
        Logger accessLogger = context.getLogger(ACCESS_LOGGER);
        accessLogger.setAdditive(false);
        accessLogger.setLevel(Level.INFO);
        attach(context, accessLogger, access);
        Logging.level(context, Level.INFO);
        // However the process ends (a command that is done, System.exit, SIGINT), its last lines are written.
        Runtime.getRuntime().addShutdownHook(new Thread(context::stop, "countersign-log-flush"));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static void attach(LoggerContext context, Logger logger, QueueAppender appender) {
        appender.setContext(context);
        appender.start();
        logger.addAppender(appender);
    }
}
