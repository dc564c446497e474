package io.countersign.proxy.fields;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/** The fields by which a response lets a web page of another origin read it (Fetch standard, section 3.2). */
public final class CrossOrigin {
    private CrossOrigin() {}

    /** @param origin as the browser wrote it */
    public static void allow(String origin, HttpHeaders response) {
        response.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
    }
}
