package io.countersign.standin.fault;

import io.countersign.standin.verify.ErrorForm;
import io.countersign.standin.verify.RejectionType;
import io.countersign.standin.wire.HeaderLine;
import java.time.Duration;
import java.util.List;

/** One thing to do wrong. */
public sealed interface Effect {

    /** Takes the place of the answer that the request would have had; the request itself is not carried out. */
    sealed interface Replacement extends Effect {}

    /** Waits before the answer, once the request was carried out. */
    record Latency(Duration time) implements Effect {}

    /** RST once so many bytes of the response were written, counted from its first. */
    record ResetAt(long bytes) implements Effect {}

    /** Carries the request out, and closes without a word. */
    record CloseBeforeAnswer() implements Effect {}

    /** Announces the whole body, writes so many bytes of it, and closes. */
    record TruncateAt(long bodyBytes) implements Effect {}

    /** Tells the end of the body by closing. */
    record CloseDelimited() implements Effect {}

    /** Whatever close this request leads to comes without TLS's close_notify. */
    record WithoutCloseNotify() implements Effect {}

    /**
     * Knows so many series and no more, as Amazon Managed Service for Prometheus does: samples of known series are taken, the
     * rest of the same request is not, and 429 says so.
     */
    record SeriesLimit(long series) implements Effect {}

    /** Asks for this key in {@code x-api-key}; who sends another, or none, is answered 403 ForbiddenException. */
    record ApiKey(String key) implements Effect {
        @Override
        public String toString() {
            return "ApiKey[***]";
        }
    }

    /** Moves the clock that verifies and that {@code Date} shows. */
    record ClockSkew(Duration by) implements Effect {}

    /** Dresses rejections, commanded or not, as another kind of service does. */
    record RejectionForm(ErrorForm form) implements Effect {}

    record Reject(RejectionType type) implements Replacement {}

    /** 429, for this share of requests. */
    record ThrottleShare(double share) implements Replacement {}

    /** 429, for what exceeds this rate. */
    record ThrottleRate(double perSecond) implements Replacement {}

    record Redirect(int status, String location) implements Replacement {}

    record Status(int status, List<HeaderLine> headers, String body) implements Replacement {}

    /** An error as a service of AWS words it. */
    record ServiceError(AwsError error) implements Replacement {}

    /** These very bytes (as ISO-8859-1 characters) for a response; the connection is then closed, or kept as if all were well. */
    record Raw(String bytes, boolean keepOpen) implements Replacement {}
}
