package io.countersign.proxy.response;

import io.netty.handler.codec.http.HttpResponse;

/**
 * A response that was held back.
 *
 * @param body all of it, or its beginning
 * @param whole whether {@code body} is all of it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Held(HttpResponse head, byte[] body, boolean whole) {
    int status() {
        return head.status().code();
    }
}
