package io.countersign.proxy.aws;

import io.countersign.sigv4.PathStyle;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How one service wants requests signed, and what it limits itself. A route's own settings take precedence over it, and it
 * over the defaults of all routes. docs/SERVICES.md names the page that each number comes from.
 *
 * @param service name in the credential scope
 * @param pathStyle how the path appears in the canonical request
 * @param payloads the modes that the service takes; the first unless the route says otherwise
 * @param signedHeaders lower-case names that are signed besides those that always are
 * @param maxHead bytes of request line and header fields, signature included; 0: no limit known
 * @param maxBody bytes of one request's body; 0: no limit known
 * @param patience where the usual time limits are too short
 */
public record Preset(
        String service,
        PathStyle pathStyle,
        List<PayloadMode> payloads,
        List<String> signedHeaders,
        int maxHead,
        long maxBody,
        Patience patience) {

    /**
     * Time limits that differ from the usual ones.
     *
     * @param request until the head of the response
     * @param upload the same with a body that streams
     * @param responseIdle silence within the response
     */
    public record Patience(Optional<Duration> request, Optional<Duration> upload, Optional<Duration> responseIdle) {
        static final Patience USUAL = new Patience(Optional.empty(), Optional.empty(), Optional.empty());

        static Patience responding(Duration request) {
            return new Patience(Optional.of(request), Optional.empty(), Optional.of(request));
        }

        static Patience uploading(Duration upload) {
            return new Patience(Optional.empty(), Optional.of(upload), Optional.empty());
        }
    }

    public Preset {
        payloads = List.copyOf(payloads);
        signedHeaders = List.copyOf(signedHeaders);
    }

    /** The limit of a body for which the route sets none. */
    public long maxBody(PayloadMode payload, long usual) {
        if (maxBody == 0) {
            return usual;
        }
        return payload == PayloadMode.UNSIGNED ? maxBody : Math.min(usual, maxBody);
    }
}
