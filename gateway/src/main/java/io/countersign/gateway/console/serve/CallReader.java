package io.countersign.gateway.console.serve;

import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Input;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Query;
import io.countersign.proxy.admin.http.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes a call of a request, or finds what is wrong with it. */
final class CallReader {
    private static final String JSON = "application/json";

    private CallReader() {}

    static Call read(Holder holder, Instant at, Request request, Operation operation) throws Problem {
        Query query = Query.parse(request.query(), operation.query());
        Optional<Input> body = Optional.empty();
        if (request.body().length > 0) {
            requireJson(request, operation);
            body = Optional.of(Input.parse(request.body(), operation.body().members()));
        }
        return new Call(holder.token(), holder.inForce(), at, request.method(), request.parameters(), query, body);
    }

    /** Also keeps out what a form of a web page can send without asking first. */
    private static void requireJson(Request request, Operation operation) throws Problem {
        if (request.body().length > operation.body().maxBytes()) {
            throw new Problem(
                    HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                    operation.body().maxBytes() == 0
                            ? "no request body is taken here"
                            : "the request body is larger than "
                                    + operation.body().maxBytes() + " bytes");
        }
        List<String> types = request.headers().getAll(HttpHeaderNames.CONTENT_TYPE);
        String type = types.size() == 1 ? types.get(0).toLowerCase(Locale.ROOT) : "";
        int end = type.indexOf(';');
        if (!(end < 0 ? type : type.substring(0, end)).strip().equals(JSON)) {
            throw new Problem(
                    HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, "the body is to be JSON, with Content-Type: " + JSON);
        }
    }
}
