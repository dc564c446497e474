package io.countersign.proxy.config;

/**
 * One thing wrong with the configuration or a list.
 *
 * @param where file and line, or the setting's path and where it was set
 * @param what what is wrong and what would be right, in one sentence
 */
public record ConfigFault(String where, String what) {
    @Override
    public String toString() {
        return where + ": " + what;
    }
}
