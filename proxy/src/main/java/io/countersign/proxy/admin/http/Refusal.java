package io.countersign.proxy.admin.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/**
 * Why a request does not reach a resource.
 *
 * @param text one sentence, without a line end
 * @param fields header fields of the response
 */
record Refusal(HttpResponseStatus status, String text, Map<String, String> fields) {
    Refusal(HttpResponseStatus status, String text) {
        this(status, text, Map.of());
    }

    Response response(ErrorForm form) {
        Response response = form.error(status, text);
        for (Map.Entry<String, String> field : fields.entrySet()) {
            response = response.with(field.getKey(), field.getValue());
        }
        return response;
    }
}
