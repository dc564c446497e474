package io.countersign.gateway.console.api;

import io.netty.handler.codec.http.HttpMethod;
import java.util.Map;

/** A resource that is only read: by GET, with every role. */
public abstract class Reading implements ApiResource {
    private final String path;
    private final Size size;
    private final String[] query;

    /** How much an answer may be. */
    public enum Size {
        SMALL,
        /** More than 64 KiB: see {@link ApiResource#isLarge}. */
        LARGE
    }

    /**
     * Makes it.
     *
     * @param name below {@link #ROOT}
     * @param query parameters that it takes
     */
    protected Reading(String name, Size size, String... query) {
        this.path = ROOT + name;
        this.size = size;
        this.query = query.clone();
    }

    @Override
    public final String path() {
        return path;
    }

    @Override
    public final boolean isLarge() {
        return size == Size.LARGE;
    }

    @Override
    public final Map<HttpMethod, Operation> operations() {
        return Map.of(HttpMethod.GET, Operation.read(this::read, query));
    }

    /** Answers; runs on a thread of the console's own. */
    protected abstract Reply read(Call call) throws Problem;
}
