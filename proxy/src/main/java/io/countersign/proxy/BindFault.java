package io.countersign.proxy;

import io.countersign.proxy.config.ConfigFault;
import java.io.IOException;
import java.util.Locale;

/** Says why an address cannot be listened on, and which setting or option names another. */
public final class BindFault {
    private BindFault() {}

    /**
     * Of an attempt to listen.
     *
     * @param bind what was to be listened on, as it is written
     * @param where the address was written
     * @param names of the setting, and whatever else sets it
     */
    public static ConfigFault of(Object bind, String where, String names, IOException cause) {
        String reason = String.valueOf(cause.getMessage());
        String known = reason.toLowerCase(Locale.ROOT);
        String what;
        if (known.contains("in use")) {
            what = "another program, or another Countersign, listens there; set another port by " + names
                    + " (port 0 takes any free one)";
        } else if (known.contains("cannot assign") || known.contains("can't assign")) {
            what = "this machine has no such address; set one that it has by " + names;
        } else if (known.contains("permission denied")) {
            what = "ports below 1024 are mostly kept for root; set a higher one by " + names;
        } else {
            what = reason + "; set another address by " + names;
        }
        return new ConfigFault(where, "cannot listen on " + bind + ": " + what);
    }
}
