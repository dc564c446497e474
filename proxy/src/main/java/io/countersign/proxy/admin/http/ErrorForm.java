package io.countersign.proxy.admin.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/** The form of the responses that the server makes in place of a resource. */
@FunctionalInterface
public interface ErrorForm {
    /** A line of plain text. */
    ErrorForm TEXT = Response::text;

    /** @param text one sentence for people, without a line end */
    Response error(HttpResponseStatus status, String text);
}
