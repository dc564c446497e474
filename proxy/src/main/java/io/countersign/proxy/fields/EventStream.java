package io.countersign.proxy.fields;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.Optional;

/**
 * Requests whose body is a stream of events, in AWS's own framing. The client signs each event with a key and the signature of
 * the one before, so that nobody can sign the head alone anew. Transcribe, and the two-way operations of Bedrock and Lex, have
 * such requests.
 *
 * @see <a href="https://docs.aws.amazon.com/transcribe/latest/dg/streaming-http2.html">Setting up an HTTP/2 stream, in the
 *     Amazon Transcribe Developer Guide</a>
 */
public final class EventStream {
    /** The media type of the framing; of responses, which nobody signs, as well. */
    public static final String MEDIA_TYPE = "application/vnd.amazon.eventstream";

    /** What stands for the payload's hash. */
    public static final String PAYLOAD = "STREAMING-AWS4-HMAC-SHA256-EVENTS";

    private static final AsciiString PAYLOAD_HASH = AsciiString.cached(RequestFields.PAYLOAD_HASH);

    private EventStream() {}

    /** What in a request's head says that its body is one; empty for any other. */
    public static Optional<String> in(HttpHeaders request) {
        if (request.contains(PAYLOAD_HASH)) {
            for (String hash : request.getAll(PAYLOAD_HASH)) {
                if (hash.equalsIgnoreCase(PAYLOAD)) {
                    return Optional.of(PAYLOAD);
                }
            }
        }
        for (String type : request.getAll(HttpHeaderNames.CONTENT_TYPE)) {
            if (isMediaType(type)) {
                return Optional.of(MEDIA_TYPE);
            }
        }
        return Optional.empty();
    }

    /** Whether a Content-Type says so, whatever parameters it has. */
    public static boolean isMediaType(String contentType) {
        int length = MEDIA_TYPE.length();
        return contentType.regionMatches(true, 0, MEDIA_TYPE, 0, length)
                && (contentType.length() == length || " \t;,".indexOf(contentType.charAt(length)) >= 0);
    }
}
