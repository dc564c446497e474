package io.countersign.proxy.testing;

/**
 * One entry of a catalogue of inputs.
 *
 * @param name what a test report shows
 * @param bytes what is sent, one Latin-1 character for each byte
 */
public record Case(String name, String bytes) {
    @Override
    public String toString() {
        return name;
    }
}
