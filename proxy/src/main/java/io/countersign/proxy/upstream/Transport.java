package io.countersign.proxy.upstream;

import io.countersign.proxy.egress.Egress;
import io.countersign.proxy.net.Destination.Within;
import io.countersign.proxy.net.PemIdentity;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What protects requests on their way to an upstream, and so which addresses they may go to.
 *
 * @param ca PEM file with authorities trusted on top of the JDK's own
 * @param pins SHA-256 of certificates in DER, each 64 lower-case hex digits: the server must show one of them, whoever issued it and
 *     whatever names are in it. Empty: authority and name are verified
 * @param identity that is shown to the upstream, if it asks for one
 * @param egress whether a proxy is on the way
 */
public record Transport(Kind kind, Optional<Path> ca, Set<String> pins, Optional<PemIdentity> identity, Egress egress) {

    /** How much is protected. */
    public enum Kind {
        /** TLS, with a server that is verified. */
        TLS,
        /** TLS with any server on this machine. */
        TLS_UNVERIFIED,
        /** HTTP to this machine. */
        HTTP,
        /** HTTP to private addresses. */
        HTTP_PRIVATE
    }

    public Transport {
        pins = Set.copyOf(pins);
    }

    /** TLS with a server that is verified, by authorities that the JDK and {@code ca} have. */
    public static Transport tls(Optional<Path> ca) {
        return new Transport(Kind.TLS, ca, Set.of(), Optional.empty(), Egress.DIRECT);
    }

    /** HTTP to this machine. */
    public static Transport http() {
        return new Transport(Kind.HTTP, Optional.empty(), Set.of(), Optional.empty(), Egress.DIRECT);
    }

    /** The same, leaving as {@code other} says. */
    public Transport by(Egress other) {
        return new Transport(kind, ca, pins, identity, other);
    }

    /** Whether it is known who gets the requests. */
    public boolean isVerified() {
        return kind == Kind.TLS;
    }

    boolean isTls() {
        return kind == Kind.TLS || kind == Kind.TLS_UNVERIFIED;
    }

    Within within() {
        return switch (kind) {
            case TLS -> Within.ANYWHERE;
            case TLS_UNVERIFIED, HTTP -> Within.LOOPBACK;
            case HTTP_PRIVATE -> Within.PRIVATE;
        };
    }
}
