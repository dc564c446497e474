package io.countersign.proxy.admin.http;

import java.util.Optional;

/**
 * A response that lasts. It is asked for what it has, and only while its client takes what came before: so nothing waits in memory for a
 * slow client, and whoever produces what is sent does nothing for a stream. Called on the connection's event loop.
 */
public interface Stream {
    /** Largest piece, in bytes, that a stream should return at once. */
    int MAX_PIECE = 16 * 1024;

    /** What is to be sent now; an empty piece where there is nothing yet. Empty ends the response. */
    Optional<byte[]> next();

    /** The response is over, whoever ended it. Called once. */
    default void closed() {}
}
