package io.countersign.standin.wire;

import com.typesafe.config.ConfigUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A response before it is written; {@code Date}, request id and framing are the writer's. */
public record Answer(int status, List<HeaderLine> headers, Content content, Framing framing) {
    public Answer {
        headers = List.copyOf(headers);
    }

    public static Answer of(int status, String contentType, byte[] body) {
        return new Answer(
                status, List.of(new HeaderLine("Content-Type", contentType)), Content.of(body), Framing.CONTENT_LENGTH);
    }

    public static Answer json(int status, String json) {
        return of(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code {"message": ...}}, the shape of all of API Gateway's own answers. */
    public static Answer message(int status, String message) {
        return json(status, "{\"message\":" + ConfigUtil.quoteString(message) + "}");
    }

    public static Answer empty(int status) {
        return new Answer(status, List.of(), Content.of(new byte[0]), Framing.CONTENT_LENGTH);
    }

    public Answer with(String name, String value) {
        return withAll(List.of(new HeaderLine(name, value)));
    }

    public Answer withAll(List<HeaderLine> lines) {
        List<HeaderLine> more = new ArrayList<>(headers);
        more.addAll(lines);
        return new Answer(status, more, content, framing);
    }

    public Answer framed(Framing otherFraming) {
        return new Answer(status, headers, content, otherFraming);
    }
}
