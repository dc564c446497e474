package io.countersign.proxy.response;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Notes for log and metrics on how a request fares upstream: of its last attempt, but for counts and times, which are of all.
 * Confined to the exchange's event loop.
 */
public final class UpstreamTrace {
    /** Characters of what the upstream said that are shown as a finding. */
    private static final int MAX_FOUND = 200;

    private static final long NOT_REACHED = -1;

    private final long began;
    private final List<Attempt> earlier = new ArrayList<>(0);
    private Optional<Sending> sending = Optional.empty();
    private Optional<Signer> signer = Optional.empty();
    private int status;
    private String requestId;
    private String rejection;
    private String finding;
    private String said;
    private String fault;
    private long head = NOT_REACHED;
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

    /**
     * That a request is sent.
     *
     * @param upstream host, and port where it is not the scheme's
     * @param at on the loop's ticker
     * @param reused whether the connection had been used before
     */
    public record Sending(String upstream, long at, boolean reused) {}

    /**
     * One time that the request was sent, and what it met; nanoseconds since the exchange began.
     *
     * @param head when the response's head came; -1 where none did
     * @param fault Proxy-Status error token of what broke it off
     */
    public record Attempt(
            String upstream, boolean reused, long sent, long head, Answer answer, Optional<String> fault) {}

    /**
     * What an upstream responded.
     *
     * @param status 0 where there was no response, or what came does not count
     * @param requestId the upstream's
     * @param rejection label of the rejection by AWS
     */
    public record Answer(int status, Optional<String> requestId, Optional<String> rejection) {}

    /** The phases of which the time is taken. */
    public enum Phase {
        CREDENTIALS,
        CONNECTION,

        /** From the last attempt's write until its response's head. */
        FIRST_BYTE
    }

    /** @param began when the exchange did, on the loop's ticker */
    public UpstreamTrace(long began) {
        this.began = began;
    }

    /** An attempt begins, unsigned: what the one before it met is past. */
    public void attempt(Sending next) {
        last().ifPresent(earlier::add);
        sending = Optional.of(next);
        signer = Optional.empty();
        forgetResponse();
        rejection = null;
        finding = null;
        said = null;
        fault = null;
        itemsAccepted = 0;
        itemsRefused = 0;
    }

    /** As {@link #attempt(Sending)}, signed. */
    public void attempt(Sending next, Signer by) {
        attempt(next);
        signer = Optional.of(by);
    }

    /** The response's head is here, by the loop's ticker. */
    public void headCame(long at) {
        head = at - began;
    }

    /** The connection broke before a response. */
    public void broke(String token) {
        fault = token;
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
        head = NOT_REACHED;
    }

    /** AWS rejected what we signed. */
    public void rejected(String label) {
        rejection = label;
    }

    /** What was found out about an error, or what the upstream said. */
    public void found(String text) {
        finding = text;
    }

    /** The beginning of an error's body, on one line and without secrets; somebody else puts it into words. */
    public void said(String text) {
        said = text;
    }

    /** The same, and nothing else is known of the error. */
    public void saidOnly(String text) {
        said(text);
        found("the upstream says: " + (text.length() <= MAX_FOUND ? text : text.substring(0, MAX_FOUND - 3) + "..."));
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
        return earlier.size() + (sending.isPresent() ? 1 : 0);
    }

    /** Each time that the request was sent. */
    public List<Attempt> all() {
        if (earlier.isEmpty()) {
            return last().map(List::of).orElse(List.of());
        }
        List<Attempt> all = new ArrayList<>(earlier);
        last().ifPresent(all::add);
        return all;
    }

    private Optional<Attempt> last() {
        return sending.map(sent -> new Attempt(
                sent.upstream(),
                sent.reused(),
                sent.at() - began,
                head,
                new Answer(status, requestId(), rejection()),
                Optional.ofNullable(fault)));
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

    /** What the upstream said in the last attempt's error. */
    public Optional<String> said() {
        return Optional.ofNullable(said);
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
