package io.countersign.standin.wire;

/** One header line as it stood on the wire, with the whitespace around the value taken off; bytes are read as ISO-8859-1. */
public record HeaderLine(String name, String value) {

    /** Field names are compared without regard to case (RFC 9110 section 5.1). */
    public boolean is(String otherName) {
        return name.equalsIgnoreCase(otherName);
    }
}
