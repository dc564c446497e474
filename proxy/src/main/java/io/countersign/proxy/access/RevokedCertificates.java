package io.countersign.proxy.access;

import io.countersign.proxy.caller.ClientCertificate;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;

/** Which certificates the revocation lists of the listeners name, by issuer and serial number; in each map by one listener's lists. */
public record RevokedCertificates(List<Map<X500Principal, Set<BigInteger>>> lists) {
    public static final RevokedCertificates NONE = new RevokedCertificates(List.of());

    public RevokedCertificates {
        lists = List.copyOf(lists);
    }

    RevokedCertificates and(RevokedCertificates others) {
        return new RevokedCertificates(
                Stream.concat(lists.stream(), others.lists.stream()).distinct().toList());
    }

    boolean has(ClientCertificate certificate) {
        return lists.stream()
                .anyMatch(list ->
                        list.getOrDefault(certificate.issuer(), Set.of()).contains(certificate.serial()));
    }

    /** How many there are: they are not worth a log's line. */
    @Override
    public String toString() {
        return lists.size() + " sets of revocation lists";
    }
}
