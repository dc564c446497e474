package io.countersign.proxy.fuzz;

/** One field line; one Latin-1 character for each byte, without the whitespace around the value. */
record Field(String name, String value) {
    boolean is(String other) {
        return name.equalsIgnoreCase(other);
    }
}
