package io.countersign.gateway.calls;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.Identity;
import io.countersign.proxy.net.IpAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * By what a caller is counted: who it has shown to be, or else where it comes from; equal for all calls of the same one. Its texts are
 * made when somebody asks for them.
 */
public record CountedCaller(Object known, Optional<String> tenant) {
    private static final int MAX_SHOWN = 256;

    /** What a certificate names; a renewed one names the same. */
    private record Named(String subject, List<String> uris) {
        @Override
        public String toString() {
            String whole = uris.size() == 1 ? uris.get(0) : subject;
            return whole.length() > MAX_SHOWN ? whole.substring(0, MAX_SHOWN) + "..." : whole;
        }
    }

    public static CountedCaller of(Caller caller) {
        return new CountedCaller(known(caller), caller.tenant());
    }

    private static Object known(Caller caller) {
        if (caller.identity().isPresent()) {
            return caller.identity().get();
        }
        if (caller.certificate().isPresent()) {
            ClientCertificate certificate = caller.certificate().get();
            return new Named(certificate.subject(), certificate.names().uris());
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
