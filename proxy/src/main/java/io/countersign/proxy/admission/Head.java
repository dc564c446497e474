package io.countersign.proxy.admission;

import io.countersign.proxy.fields.Target;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * A request head that every parser reads alike.
 *
 * @param authority of the target, or of the Host field: with the port as it was sent
 * @param host the same in lower case, without port
 * @param contentLength -1 for a chunked body, 0 for none
 * @param http10 whether it came as HTTP/1.0, which knows neither Expect nor Upgrade
 */
public record Head(
        String method,
        Target target,
        String authority,
        String host,
        HttpHeaders fields,
        long contentLength,
        boolean http10) {}
