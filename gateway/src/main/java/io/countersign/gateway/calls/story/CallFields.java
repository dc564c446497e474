package io.countersign.gateway.calls.story;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields of a call, as its line has them; what is of another kind than it should be counts as absent. */
public final class CallFields {
    private static final double NANOS = 1e6;

    private final Map<?, ?> fields;

    private CallFields(Map<?, ?> fields) {
        this.fields = fields;
    }

    /** Of a line of the log. */
    public static CallFields parse(String line) throws ParseException {
        return new CallFields(JSONObjectUtils.parse(line));
    }

    /** Empty where it is not there. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(fields.get(name))
                .filter(String.class::isInstance)
                .map(String.class::cast);
    }

    /** 0 where it is not there. */
    public long number(String name) {
        return fields.get(name) instanceof Number number ? number.longValue() : 0;
    }

    /** Of milliseconds; empty where it is not there. */
    public Optional<Duration> millis(String name) {
        return fields.get(name) instanceof Number number
                ? Optional.of(Duration.ofNanos(Math.round(number.doubleValue() * NANOS)))
                : Optional.empty();
    }

    public boolean flag(String name) {
        return Boolean.TRUE.equals(fields.get(name));
    }

    /** The objects in a list. */
    public List<CallFields> list(String name) {
        List<CallFields> list = new ArrayList<>();
        if (fields.get(name) instanceof List<?> elements) {
            for (Object each : elements) {
                if (each instanceof Map<?, ?> object) {
                    list.add(new CallFields(object));
                }
            }
        }
        return list;
    }

    /** As in the line, whatever it is; empty where it is not there. */
    public String shown(String name) {
        Object value = fields.get(name);
        return value == null ? "" : value.toString();
    }
}
