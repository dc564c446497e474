package io.countersign.proxy.local;

/** The local responses to requests that ask for what their route does not list: a service, a region, a bucket. */
public final class ScopeResponses {
    private ScopeResponses() {}

    /** @param why a clause that says what is wrong with the scope, or that there is none */
    public static LocalResponse outOfScope(String why) {
        return new LocalResponse(
                LocalCause.NOT_LISTED,
                "the route sends where the request's own signature says (service = from-scope), but " + why);
    }

    /** @param why a clause */
    public static LocalResponse otherBucket(String why) {
        return new LocalResponse(LocalCause.NOT_LISTED, "the request may not be sent: " + why);
    }
}
