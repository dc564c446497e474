package io.countersign.gateway.command;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.Map;

/**
 * What a console answered.
 *
 * @param body empty where it was read as a stream
 */
public record ConsoleAnswer(int status, String body) {
    private static final int MAX_DETAIL = 1000;

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** The body as a JSON object; a {@link ParseException} where it is none. */
    public Map<String, Object> json() throws ParseException {
        Map<String, Object> object = JSONObjectUtils.parse(body);
        if (object == null) {
            throw new ParseException("null is not an object", 0);
        }
        return object;
    }

    private static String cut(String text) {
        return text.length() <= MAX_DETAIL ? text : text.substring(0, MAX_DETAIL) + "...";
    }

    /** Why it is no success, in one line: the status, and the detail that a problem+json body gives. */
    public String fault() {
        try {
            Object detail = json().get("detail");
            return "the gateway answers " + status + (detail == null ? "" : ": " + cut(detail.toString()));
        } catch (ParseException e) {
            return "the gateway answers " + status + ", and not in its own words: is that its console?";
        }
    }
}
