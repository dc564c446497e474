package io.countersign.gateway.calls;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.Identity;
import io.countersign.proxy.net.IpAddress;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * By what a caller is counted: who it has shown to be, or else where it comes from; equal for all calls of the same one. Its texts are
 * made when somebody asks for them.
 */
public record CountedCaller(Object known, Optional<String> tenant) {
    /** A certificate by what it names; a renewed one names the same. */
    private static final class Named {
        private final ClientCertificate certificate;

        Named(ClientCertificate certificate) {
            this.certificate = certificate;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Named named
                    && named.certificate.subject().equals(certificate.subject())
                    && named.certificate.names().equals(certificate.names());
        }

        @Override
        public int hashCode() {
            return Objects.hash(certificate.subject(), certificate.names());
        }

        @Override
        public String toString() {
            return certificate.toString();
        }
    }

    public static CountedCaller of(Caller caller) {
        return new CountedCaller(known(caller), caller.tenant());
    }

    private static Object known(Caller caller) {
        if (caller.identity().isPresent()) {
            return caller.identity().get();
        }
        if (caller.ownCertificate().isPresent()) {
            return new Named(caller.ownCertificate().get());
        }
        Object origin = caller.origin();
        return origin instanceof Optional<?> user
                ? user.<Object>map(known -> known).orElse("unknown")
                : origin;
    }

    /** How it is known: {@code token}, {@code service_account}, {@code certificate}, {@code user} or {@code address}. */
    public String kind() {
        if (known instanceof Identity identity) {
            return identity.kind().label();
        }
        return known instanceof Named ? "certificate" : known instanceof InetAddress ? "address" : "user";
    }

    /** Within its kind. */
    public String name() {
        if (known instanceof Identity identity) {
            return identity.name();
        }
        return known instanceof InetAddress address ? IpAddress.of(address).toString() : known.toString();
    }
}
