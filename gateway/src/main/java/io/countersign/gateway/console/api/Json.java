package io.countersign.gateway.console.api;

import io.countersign.proxy.wire.JsonText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.DoubleStream;

/**
 * Writes one JSON object (RFC 8259). Names are in {@code snake_case}, as in the access log; what is not known is left out, times are
 * RFC 3339 to the millisecond, and an enum's constant is its name in lower case. Whatever texts hold, the result is harmless where it
 * is printed, as {@link JsonText} describes.
 */
public final class Json {
    private final StringBuilder out;
    private boolean begun;

    private Json(StringBuilder out) {
        this.out = out;
        out.append('{');
    }

    /** An object without members yet. */
    public static Json object() {
        return new Json(new StringBuilder(256));
    }

    public Json with(String name, String value) {
        name(name);
        text(value);
        return this;
    }

    public Json with(String name, long value) {
        name(name).append(value);
        return this;
    }

    public Json with(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    public Json with(String name, Instant value) {
        name(name);
        text(value.truncatedTo(ChronoUnit.MILLIS).toString());
        return this;
    }

    public Json with(String name, Enum<?> value) {
        return with(name, value.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /** A finite number; integers without a fraction. */
    public Json number(String name, double value) {
        if (Double.isFinite(value)) {
            name(name);
            append(value);
        }
        return this;
    }

    /** The text of what is there, such as a text, a number or an address; left out where it is absent. */
    public Json with(String name, Optional<?> value) {
        value.ifPresent(there -> {
            if (there instanceof Instant time) {
                with(name, time);
            } else if (there instanceof Long number) {
                with(name, number.longValue());
            } else if (there instanceof Integer number) {
                with(name, number.longValue());
            } else if (there instanceof Enum<?> constant) {
                with(name, constant);
            } else {
                with(name, there.toString());
            }
        });
        return this;
    }

    /** A list of texts. */
    public Json texts(String name, Collection<?> values) {
        name(name).append('[');
        boolean first = true;
        for (Object value : values) {
            out.append(first ? "" : ",");
            text(value.toString());
            first = false;
        }
        out.append(']');
        return this;
    }

    /** An object within this one that is JSON already. */
    public Json written(String name, String object) {
        name(name).append(object);
        return this;
    }

    /** A list of objects that are JSON already. */
    public Json written(String name, Collection<String> objects) {
        name(name).append('[').append(String.join(",", objects)).append(']');
        return this;
    }

    /** A list of numbers, as {@link #number} writes them; {@code null} for one that is not finite. */
    public Json numbers(String name, DoubleStream values) {
        name(name).append('[');
        int begin = out.length();
        values.forEach(value -> {
            out.append(out.length() == begin ? "" : ",");
            if (Double.isFinite(value)) {
                append(value);
            } else {
                out.append("null");
            }
        });
        out.append(']');
        return this;
    }

    private void append(double finite) {
        if (finite == Math.rint(finite) && Math.abs(finite) < 1e15) {
            out.append((long) finite);
        } else {
            out.append(finite);
        }
    }

    /** An object within this one. */
    public Json object(String name, Members members) {
        name(name);
        Json inner = new Json(out);
        members.write(inner);
        inner.out.append('}');
        return this;
    }

    /** A list of objects. */
    public <T> Json list(String name, Iterable<T> elements, BiConsumer<Json, T> each) {
        name(name).append('[');
        boolean first = true;
        for (T element : elements) {
            out.append(first ? "" : ",");
            Json inner = new Json(out);
            each.accept(inner, element);
            out.append('}');
            first = false;
        }
        out.append(']');
        return this;
    }

    /** Writes an object's members. */
    @FunctionalInterface
    public interface Members {
        void write(Json object);
    }

    private StringBuilder name(String name) {
        out.append(begun ? "," : "").append('"').append(name).append("\":");
        begun = true;
        return out;
    }

    private void text(String value) {
        out.append('"');
        JsonText.append(out, value, value.length());
        out.append('"');
    }

    /** The whole object; nothing can be added any more. */
    public String written() {
        String whole = out.append('}').toString();
        out.setLength(0);
        return whole;
    }
}
