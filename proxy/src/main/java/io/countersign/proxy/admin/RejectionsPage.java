package io.countersign.proxy.admin;

import io.countersign.proxy.observe.LastRejections;
import io.countersign.proxy.observe.OneLine;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.StringJoiner;
import java.util.function.Consumer;

/** {@code /rejections}: the last rejection by AWS that each route met, explained; a line a route. */
final class RejectionsPage implements Page {
    private final LastRejections rejections;

    RejectionsPage(LastRejections rejections) {
        this.rejections = rejections;
    }

    @Override
    public void get(String query, HttpHeaders headers, Consumer<Answer> answer) {
        StringJoiner lines = new StringJoiner("\n");
        lines.setEmptyValue("no route has met a rejection since start");
        rejections
                .all()
                .forEach((route, last) -> lines.add("route " + OneLine.of(route) + ": " + last.at() + " " + last.cause()
                        + " (request " + last.requestId() + "): " + OneLine.of(last.finding())));
        answer.accept(Answer.text(HttpResponseStatus.OK, lines.toString()));
    }
}
