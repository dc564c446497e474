package io.countersign.gateway.console.api;

import io.netty.handler.codec.http.HttpMethod;
import java.util.Map;

/**
 * One resource of the console's API. The console serves it, under its path, to whoever has a token of the role that each method
 * needs; {@code docs/API.md} describes it, and a test compares the two.
 */
public interface ApiResource {
    /** What every path begins with. */
    String ROOT = "/api/v1/";

    /** The path, such as {@code /api/v1/pending/{id}}; {@link Call#parameter} has what stands in place of a segment in braces. */
    String path();

    /** What each method does. GET changes nothing. */
    Map<HttpMethod, Operation> operations();

    /** Whether an answer may be larger than 64 KiB: only a few of those are held for clients at once. */
    default boolean isLarge() {
        return false;
    }

    /** Whether its answers last, as {@link Reply#stream} makes them: only a few may be open at once. */
    default boolean isStream() {
        return false;
    }
}
