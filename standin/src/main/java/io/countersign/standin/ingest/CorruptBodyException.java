package io.countersign.standin.ingest;

/** A body that is not what its content type says; the message tells what could not be read. */
final class CorruptBodyException extends Exception {
    CorruptBodyException(String message, Throwable cause) {
        super(message, cause);
    }
}
