package io.countersign.gateway.tenant;

import io.countersign.proxy.caller.Caller;
import java.util.Locale;

/** By what a caller is known, for metrics: its name would make too many series. */
enum CallerKind {
    TOKEN,
    SERVICE_ACCOUNT,
    CERTIFICATE,
    USER,
    ADDRESS;

    /** The most telling of what is known. */
    static CallerKind of(Caller caller) {
        if (caller.identity().isPresent()) {
            return switch (caller.identity().get().kind()) {
                case TOKEN -> TOKEN;
                case SERVICE_ACCOUNT -> SERVICE_ACCOUNT;
            };
        }
        if (caller.ownCertificate().isPresent()) {
            return CERTIFICATE;
        }
        return caller.user().isPresent() ? USER : ADDRESS;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
