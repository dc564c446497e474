package io.countersign.gateway.lifecycle;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.Identity;
import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.secrets.Quoted;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The callers that a draft answers. One entry is {@code token:NAME}, {@code service-account:NAMESPACE/NAME}, {@code tenant:NAME},
 * {@code user:NAME} of a Unix socket, or an address or network.
 *
 * @param names entries that are compared as they are
 */
public record DraftCallers(Set<String> names, List<Cidr> networks) {
    /** None. */
    public static final DraftCallers NOBODY = new DraftCallers(Set.of(), List.of());

    private static final Pattern NAMED = Pattern.compile("(token|service-account|tenant|user):([^\\s*]{1,253})");

    public DraftCallers {
        names = Set.copyOf(names);
        networks = List.copyOf(networks);
    }

    /**
     * Reads entries.
     *
     * @throws IllegalArgumentException with what is wrong with one, and what would be right
     */
    static DraftCallers parse(Iterable<String> entries) {
        Set<String> names = new HashSet<>();
        Set<Cidr> networks = new HashSet<>();
        for (String entry : entries) {
            Matcher named = NAMED.matcher(entry);
            if (named.matches()) {
                names.add(entry);
            } else {
                networks.add(network(entry));
            }
        }
        return new DraftCallers(names, List.copyOf(networks));
    }

    private static Cidr network(String entry) {
        try {
            return Cidr.parse(entry);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    Quoted.of(entry)
                            + " is neither token:NAME, service-account:NAMESPACE/NAME, tenant:NAME or user:NAME,"
                            + " nor an address or network such as 10.0.0.0/8",
                    e);
        }
    }

    boolean isEmpty() {
        return names.isEmpty() && networks.isEmpty();
    }

    boolean contain(Caller caller) {
        return names(caller).anyMatch(names::contains)
                || caller.address()
                        .map(IpAddress::of)
                        .filter(address -> networks.stream().anyMatch(network -> network.contains(address)))
                        .isPresent();
    }

    private static Stream<String> names(Caller caller) {
        return Stream.of(
                        caller.identity().map(DraftCallers::name),
                        caller.tenant().map(tenant -> "tenant:" + tenant),
                        caller.user().map(user -> "user:" + user))
                .flatMap(java.util.Optional::stream);
    }

    private static String name(Identity identity) {
        return identity.kind().label().replace('_', '-') + ":" + identity.name();
    }
}
