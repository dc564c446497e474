package io.countersign.proxy.response;

import java.util.Optional;

/**
 * Notes for log and metrics on how a request fares upstream: of its last attempt, but for counts and times, which are of all.
 * Confined to the exchange's event loop.
 */
public final class UpstreamTrace {
    private static final long NOT_REACHED = -1;

    private Optional<Signer> signer = Optional.empty();
    private int attempts;
    private int status;
    private String requestId;
    private String rejection;
    private String finding;
    private long itemsAccepted;
    private long itemsRefused;
    private long credentialsNanos = NOT_REACHED;
    private long connectNanos = NOT_REACHED;
    private long firstByteNanos = NOT_REACHED;

    /**
     * Whose signature a request carries; neither part is a secret.
     *
     * @param credentials their name in the configuration
     */
    public record Signer(String credentials, String accessKeyId) {}

    /** The phases of which the time is taken. */
    public enum Phase {
        CREDENTIALS,
        CONNECTION,

        /** From the last attempt's write until its response's head. */
        FIRST_BYTE
    }

    /** An attempt begins, unsigned: what the one before it met is past. */
    public void attempt() {
        attempts++;
        signer = Optional.empty();
        forgetResponse();
        rejection = null;
        finding = null;
        itemsAccepted = 0;
        itemsRefused = 0;
    }

    /** As {@link #attempt()}, signed. */
    public void attempt(Signer by) {
        attempt();
        signer = Optional.of(by);
    }

    /** @param id the upstream's for this request, masked; empty for none */
    public void responded(int status, Optional<String> id) {
        this.status = status;
        requestId = id.orElse(null);
    }

    /** What came of a response does not count. */
    public void forgetResponse() {
        status = 0;
        requestId = null;
    }

    /** AWS rejected what we signed. */
    public void rejected(String label) {
        rejection = label;
    }

    /** What was found out about an error, or what the upstream said. */
    public void found(String text) {
        finding = text;
    }

    /** Samples, records or documents that the upstream says it took, and refused. */
    public void items(long accepted, long refused) {
        itemsAccepted += accepted;
        itemsRefused += refused;
    }

    /** Adds to a phase that may be passed more than once; the last first byte counts. */
    public void took(Phase phase, long nanos) {
        switch (phase) {
            case CREDENTIALS -> credentialsNanos = Math.max(credentialsNanos, 0) + nanos;
            case CONNECTION -> connectNanos = Math.max(connectNanos, 0) + nanos;
            case FIRST_BYTE -> firstByteNanos = nanos;
        }
    }

    public Optional<Signer> signer() {
        return signer;
    }

    /** How many times the request was sent. */
    public int attempts() {
        return attempts;
    }

    /** Of the last attempt's response; 0 for none. */
    public int status() {
        return status;
    }

    public Optional<String> requestId() {
        return Optional.ofNullable(requestId);
    }

    /** Label of the rejection that the last attempt met. */
    public Optional<String> rejection() {
        return Optional.ofNullable(rejection);
    }

    public Optional<String> finding() {
        return Optional.ofNullable(finding);
    }

    public long itemsAccepted() {
        return itemsAccepted;
    }

    public long itemsRefused() {
        return itemsRefused;
    }

    /** Nanoseconds; -1 for a phase that was not reached. */
    public long nanos(Phase phase) {
        return switch (phase) {
            case CREDENTIALS -> credentialsNanos;
            case CONNECTION -> connectNanos;
            case FIRST_BYTE -> firstByteNanos;
        };
    }
}
