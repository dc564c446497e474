package io.countersign.proxy.admission;

import io.countersign.proxy.fields.ListField;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;
import java.util.Optional;

/** What a request expects before it sends its body; ignored in HTTP/1.0 (RFC 9110 section 10.1.1). */
final class Handshake {
    private Handshake() {}

    /** The expectations, where one of them is another than {@code 100-continue}. */
    static Optional<String> unknownExpectation(Head head) {
        List<String> expectations = head.http10() ? List.of() : head.fields().getAll(HttpHeaderNames.EXPECT);
        return ListField.any(expectations, e -> !e.equalsIgnoreCase("100-continue"))
                ? Optional.of(String.join(", ", expectations))
                : Optional.empty();
    }
}
