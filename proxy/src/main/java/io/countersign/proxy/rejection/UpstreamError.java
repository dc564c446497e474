package io.countersign.proxy.rejection;

/** What an error response of the upstream comes down to, for a request that we signed. */
public sealed interface UpstreamError {
    /** AWS's error type, without namespace and suffix; empty when it sent none. */
    String errorType();

    /** The upstream's message with tokens redacted, one line, at most 300 characters; may be empty. */
    String message();

    /** AWS rejected the request before any application saw it. */
    record Rejected(Rejection rejection) implements UpstreamError {
        @Override
        public String errorType() {
            return rejection.errorType();
        }

        @Override
        public String message() {
            return rejection.message();
        }
    }

    /** Too much at once: the same request passes later. */
    record Throttled(String errorType, String message) implements UpstreamError {}

    /** A limit that waiting doesn't lift, such as a workspace's number of series. */
    record OverLimit(String errorType, String message) implements UpstreamError {}

    /** The service or the gateway itself failed, and no application behind it. */
    record ServiceFault(String errorType, String message) implements UpstreamError {}

    /** What somebody behind the service's own checks says of this very request. */
    record Verdict(String errorType, String message) implements UpstreamError {}
}
