package io.countersign.gateway.calls.log;

import ch.qos.logback.core.Context;
import ch.qos.logback.core.ContextBase;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Logback's rolling appender as the log of calls needs it: it begins a new file each hour, and when one is full. What it would do beyond that,
 * {@link CallFiles} does: logback leaves half a file behind when it is killed while it compresses, and what is older than two weeks when
 * nothing was running then. And where logback goes on as if nothing had happened after a fault of the disk, this one says so, since
 * losses are counted. Confined to its thread.
 */
final class RollingCalls extends RollingFileAppender<byte[]> {
    private static final int BUFFER = 64 * 1024;

    private final SizeAndTimeBasedRollingPolicy<byte[]> policy = new SizeAndTimeBasedRollingPolicy<>();
    private final Path folder;
    private final Consumer<String> opening;
    private long written;

    /**
     * Makes one that is not started yet.
     *
     * @param opened as in the names of its files
     * @param maxBytes of a file
     * @param opening gets the name of each file before there is one
     */
    RollingCalls(Path folder, long opened, long maxBytes, Consumer<String> opening) {
        this.folder = folder;
        this.opening = opening;
        Context context = new ContextBase();
        setContext(context);
        setName("calls");
        setImmediateFlush(false);
        policy.setContext(context);
        policy.setParent(this);
        policy.setFileNamePattern(CallFile.pattern(opened));
        policy.setMaxFileSize(new FileSize(maxBytes));
        setRollingPolicy(policy);
        Lines lines = new Lines();
        lines.setContext(context);
        setEncoder(lines);
    }

    /** They are bytes already. */
    private static final class Lines extends EncoderBase<byte[]> {
        private static final byte[] NOTHING = {};

        @Override
        public byte[] headerBytes() {
            return NOTHING;
        }

        @Override
        public byte[] encode(byte[] line) {
            return line;
        }

        @Override
        public byte[] footerBytes() {
            return NOTHING;
        }
    }

    /** Opens the first file. */
    void begin() throws IOException {
        policy.start();
        getEncoder().start();
        start();
        if (!isStarted()) {
            throw new IOException("its file cannot be opened");
        }
    }

    /** Adds whole lines; on the disk after {@link #flush}. */
    void write(byte[] lines) throws IOException {
        long before = written;
        doAppend(lines);
        if (written == before) {
            throw new IOException("a file of the log of calls cannot be written to");
        }
    }

    void flush() throws IOException {
        getOutputStream().flush();
    }

    /** Begins another file if the hour is over, though nothing is written. */
    void rollInTime() throws IOException {
        if (policy.isTriggeringEvent(new File(policy.getActiveFileName()), null)) {
            rollover();
            if (getOutputStream() == null) {
                throw new IOException("its next file cannot be opened");
            }
        }
    }

    @Override
    protected void writeOut(byte[] line) throws IOException {
        if (getOutputStream() == null) {
            throw new IOException("its file cannot be opened");
        }
        super.writeOut(line);
        written++;
    }

    /** Instead of logback's own stream, which hides faults; and in a folder whose name may hold what means something in a pattern. */
    @Override
    public void openFile(String name) throws IOException {
        opening.accept(name);
        setOutputStream(new BufferedOutputStream(CallFiles.append(folder.resolve(name)), BUFFER));
    }
}
