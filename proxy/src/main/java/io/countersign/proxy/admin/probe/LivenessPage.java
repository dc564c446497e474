package io.countersign.proxy.admin.probe;

import io.countersign.proxy.admin.http.Request;
import io.countersign.proxy.admin.http.Resource;
import io.countersign.proxy.admin.http.Response;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.Consumer;

/** {@code /livez}: an event loop turns. */
final class LivenessPage implements Resource {
    @Override
    public String path() {
        return "/livez";
    }

    @Override
    public void handle(Request request, Consumer<Response> response) {
        response.accept(Response.text(HttpResponseStatus.OK, "ok"));
    }
}
