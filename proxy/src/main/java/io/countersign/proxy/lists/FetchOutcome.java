package io.countersign.proxy.lists;

import java.util.Optional;

/** What became of asking for a list. */
sealed interface FetchOutcome {
    /**
     * It came as a whole.
     *
     * @param tag by which to ask for another version next time: an ETag, or the version of a parameter
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Fetched(byte[] text, Optional<String> tag) implements FetchOutcome {}

    /** It is the version that was asked about. */
    record Unchanged() implements FetchOutcome {}

    /** @param why fit for a log line; never a secret */
    record Failed(String why) implements FetchOutcome {}
}
