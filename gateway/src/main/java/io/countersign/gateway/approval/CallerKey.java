package io.countersign.gateway.approval;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * By what a caller is known to approvals, from the strongest proof to the weakest: what it has shown, and only if it has shown nothing,
 * where it calls from.
 *
 * @param name within its kind. An IPv6 address stands for its network of 64 bits, which is what one host has to choose from
 */
public record CallerKey(Kind kind, String name) {
    private static final int V6_NETWORK = 64;
    private static final int MAX_NAME = 256;

    /** How a caller is known. */
    public enum Kind {
        /** By a token that an operator made. */
        TOKEN,
        /** By a token of a Kubernetes service account. */
        SERVICE_ACCOUNT,
        /** By a client certificate, and the one name that it goes by. */
        CERTIFICATE,
        /** By the user who called through a Unix socket. */
        USER,
        /** By nothing but where it calls from. */
        ADDRESS;

        /** As in lists, logs and files. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Of that label; empty when there is none. */
        public static Optional<Kind> of(String label) {
            for (Kind kind : values()) {
                if (kind.label().equals(label)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    /** Whether it is known by something that only it has; an address may be another's tomorrow. */
    public boolean isIdentity() {
        return kind != Kind.ADDRESS;
    }

    /** Empty for a caller that cannot be told from others. */
    public static Optional<CallerKey> of(Caller caller) {
        return caller.identity()
                .map(shown -> new CallerKey(Kind.valueOf(shown.kind().name()), shown.name()))
                .or(() -> connection(caller))
                .or(() -> caller.address().map(address -> address(IpAddress.of(address))));
    }

    private static Optional<CallerKey> connection(Caller caller) {
        if (caller.knownBy() == Caller.KnownBy.FORWARDED) {
            // Certificate and user are those of the proxy that has sent the request on.
            return Optional.empty();
        }
        return caller.ownCertificate()
                .flatMap(ClientCertificate::name)
                .map(name -> new CallerKey(Kind.CERTIFICATE, name))
                .filter(key -> key.name.length() <= MAX_NAME)
                .or(() -> caller.user().map(user -> new CallerKey(Kind.USER, user.name())));
    }

    /** Of whoever calls from there. */
    public static CallerKey address(IpAddress address) {
        return new CallerKey(
                Kind.ADDRESS,
                address.v4()
                        ? address.toString()
                        : new Cidr(address, 128).widened(V6_NETWORK).toString());
    }

    /** As in logs: {@code address 10.0.0.7}. */
    @Override
    public String toString() {
        return kind.label().replace('_', ' ') + " " + name;
    }
}
