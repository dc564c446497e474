package io.countersign.proxy.local;

import io.countersign.proxy.access.AccessConfig;
import java.util.List;
import java.util.Optional;

/** Every response that guards make: beside {@link LocalResponses}, which has those of the core. */
public final class GuardResponses {
    private GuardResponses() {}

    /**
     * A caller that has to be approved by a person.
     *
     * @param request what it is to be approved by; empty where it is not on the list of those who wait
     * @param retryAfter seconds
     */
    public static LocalResponse notApproved(
            String detail, Optional<LocalResponse.ApprovalRequest> request, int retryAfter) {
        return new LocalResponse(LocalCause.NOT_APPROVED, detail)
                .retryingAfter(retryAfter)
                .approvedBy(request);
    }

    /** @param retryAfter seconds that are left of it */
    public static LocalResponse brownout(String route, String more, int retryAfter) {
        return new LocalResponse(
                        LocalCause.BROWNOUT,
                        "the route " + route
                                + " is deprecated, and is refused from time to time so that its callers notice" + more)
                .retryingAfter(retryAfter);
    }

    public static LocalResponse retired(String route, String more, int retryAfter) {
        return new LocalResponse(LocalCause.RETIRED, "the route " + route + " is retired" + more)
                .retryingAfter(retryAfter);
    }

    public static LocalResponse gone(String route, String more) {
        return new LocalResponse(LocalCause.GONE, "the route " + route + " is retired for good" + more);
    }

    /** A token that doesn't count, and sent again won't: an operator has to act, and until then agents keep their data. */
    public static LocalResponse tokenRefused(String why) {
        return new LocalResponse(LocalCause.TOKEN, why);
    }

    /** A token that may count when it is sent again later. */
    public static LocalResponse tokenUnchecked(String why) {
        return new LocalResponse(LocalCause.TOKEN_UNCHECKED, why);
    }

    /** There are tenants, and the request is of none of them. */
    public static LocalResponse noTenant(AccessConfig access) {
        return new LocalResponse(LocalCause.UNLISTED, "the request fits no tenant: no match of theirs knows its caller")
                .telling(403, access.refusals().unlisted());
    }

    /** @param retryAfter seconds until the next request is within the limit; 0: a short while, spread */
    public static LocalResponse overQuota(String detail, int retryAfter) {
        return new LocalResponse(LocalCause.QUOTA, detail).retryingAfter(retryAfter);
    }

    /** In the middle of a body, whose rest is not read. */
    public static LocalResponse overShare(String detail) {
        return new LocalResponse(LocalCause.QUOTA, detail).closing();
    }

    /** Whose it is can't be said, so it is nobody's. */
    public static LocalResponse severalTenants(List<String> names) {
        return new LocalResponse(
                LocalCause.TENANT_UNCLEAR,
                "the request fits more than one tenant (" + String.join(", ", names)
                        + "), so it is refused; their match must tell them apart");
    }
}
