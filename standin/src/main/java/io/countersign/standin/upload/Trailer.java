package io.countersign.standin.upload;

/** A line after the last chunk. */
record Trailer(String name, String value) {}
