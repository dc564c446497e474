package io.countersign.proxy.admin.http;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/** Decides by its head which resource handles a request, if any: the guard comes first, then whoever knows its sender. */
final class Reception {
    private final Paths paths;
    private final RequestGuard guard;
    private final Entrance entrance;
    private final ErrorForm errors;

    Reception(Paths paths, RequestGuard guard, Entrance entrance, ErrorForm errors) {
        this.paths = paths;
        this.guard = guard;
        this.entrance = entrance;
        this.errors = errors;
    }

    /** What was decided. */
    sealed interface Result {
        /** @param handler to be asked in place of the resource itself */
        record Taken(Resource resource, Map<String, String> parameters, Handler handler) implements Result {}

        /** It gets that response. */
        record Refused(Response response) implements Result {}
    }

    Result decide(HttpRequest head, Optional<InetAddress> peer) {
        Optional<Refusal> refusal = guard.refusal(head);
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        Optional<Paths.Found> found = paths.find(path(head.uri()));
        Entrance.Decision decision = entrance.decide(head, peer, found.map(Paths.Found::resource));
        if (decision instanceof Entrance.Decision.Refused no) {
            return new Result.Refused(no.response());
        }
        if (found.isEmpty()) {
            return refused(Refusals.unknownPath(paths.known()));
        }
        Resource resource = found.get().resource();
        HttpMethod method = head.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : head.method();
        if (!resource.methods().contains(method)) {
            return refused(Refusals.wrongMethod(resource));
        }
        boolean tooLarge = (HttpUtil.isTransferEncodingChunked(head) && resource.maxBody() == 0)
                || HttpUtil.getContentLength(head, 0L) > resource.maxBody();
        return tooLarge
                ? refused(Refusals.bodyTooLarge(resource))
                : new Result.Taken(
                        resource, found.get().parameters(), ((Entrance.Decision.Entered) decision).handler());
    }

    Response response(Refusal refusal) {
        return refusal.response(errors);
    }

    private Result refused(Refusal refusal) {
        return new Result.Refused(response(refusal));
    }

    static String path(String uri) {
        int mark = uri.indexOf('?');
        return mark < 0 ? uri : uri.substring(0, mark);
    }

    static String query(String uri) {
        int mark = uri.indexOf('?');
        return mark < 0 ? "" : uri.substring(mark + 1);
    }
}
