package io.countersign.proxy.rejection;

/** All that can be found out about a rejection, in words; a test compares them with docs/REJECTIONS.md. */
enum Finding {
    CLOCK_BEHIND("clock is {} s behind"),
    CLOCK_AHEAD("clock is {} s ahead"),
    CLOCK_WITHOUT_DATE("clock is more than 5 minutes off, and the response has no Date to say by how much"),
    CLOCK_RIGHT_AGAIN("clock is right again, but the signature still followed an earlier correction"),
    TOKEN_EXPIRED("token expired {} ago"),
    TOKEN_WITHOUT_EXPIRY(
            "token expired, nobody knows when, since its provider gave no expiry: static credentials with a token must be"
                    + " replaced by hand"),
    TOKEN_REVOKED(
            "token expired according to AWS, but valid until {} according to its provider: the role's sessions were revoked,"
                    + " or the provider returns old tokens"),
    KEY("key is disabled or deleted, of another account or partition, or its token is another's"),
    SCOPE_AND_HOST("scope says {}, host says {}"),
    SCOPE_EXPECTED("scope says {}, AWS expects {}"),
    SCOPE_OF_ANOTHER(
            "scope says {} and {}, and the upstream is of another region or service: set the route's region and service"),
    REGION_SET_AND_HOST("region set says {}, host says {}"),
    REGION_SET_OF_ANOTHER(
            "region set says {}, scope says {}, and the upstream is of another region or service: set the route's region-set and service"),
    SCOPE_WRONG("region or service of the scope is wrong: set the route's region and service"),
    SCOPE_DIFFERS("scope differs: AWS has {}, we signed {}"),
    ALGORITHM_DIFFERS("algorithm differs: AWS has {}, we signed {}: set the route's signature"),
    TIME_DIFFERS("time differs: AWS saw {}, we signed {}"),
    METHOD_DIFFERS("method differs: AWS saw {}, we signed {}"),
    PATH_ENCODED_ONCE("path encoded once, expected twice: set path-encoding = double on the route"),
    PATH_ENCODED_TWICE("path encoded twice, expected once: set path-encoding = single on the route"),
    PATH_NOT_NORMALISED("path signed as it came, expected normalised"),
    PATH_NORMALISED("path normalised, expected as it came"),
    PATH_DIFFERS("path differs: AWS has {}, we signed {}"),
    QUERY_ORDER("query order differs"),
    QUERY_PARAMETER("query parameter {} differs"),
    HEADER_DIFFERS("header {} differs"),
    HEADER_LOST("header {} was signed, but did not reach AWS"),
    HEADER_NOT_OURS("header {} is in AWS's canonical request, not in ours"),
    SIGNED_HEADERS("list of signed headers differs: AWS has {}, we signed {}"),
    BODY_HASH("hash of the body differs: the body was changed on its way, or hashed in another mode"),
    SECRET_KEY("AWS built the same string to sign: the secret key does not belong to the key id"),
    NOTHING_TO_COMPARE(
            "AWS did not send back what it computed: a hop that changes path, query, Host or body, or a secret key that"
                    + " does not belong to the key id"),
    UNREADABLE("AWS could not read the signature: something on the way changed the Authorization header"),
    ASYMMETRIC_UNREADABLE("the service may not take Signature Version 4A: if so, set signature = v4 on the route"),
    NO_SIGNATURE("AWS found no signature: something on the way removes the Authorization header"),
    NO_SUCH_METHOD("the API has no such method and path{}, or the stage is missing from the upstream's URL"),
    PERMISSION("the credentials are valid, but their policy does not allow this{}"),
    BARE_FORBIDDEN(
            "the response gives no reason: permission, key, token or signature; or the application of the API says so"),
    GUARD("WAF, an API key, a disabled endpoint or a host that belongs to no API"),
    SERVICE_REFUSES(
            "the service refuses, and does not say that it is because of the signature: a firewall, its own policies or the state that it"
                    + " is in"),
    CLUSTER_BLOCKED(
            "the cluster or index takes no writes now: OpenSearch blocks them when its disk is nearly full, and an operator can"),
    AUTHORIZER("the API's Lambda authorizer refused: this route may need auth = none");

    private final String text;

    Finding(String text) {
        this.text = text;
    }

    /** With what was found in place of each {@code {}}. */
    String with(Object... found) {
        StringBuilder out = new StringBuilder();
        int from = 0;
        for (Object part : found) {
            int at = text.indexOf("{}", from);
            out.append(text, from, at).append(part);
            from = at + 2;
        }
        return out.append(text, from, text.length()).toString();
    }

    /** With an ellipsis in place of what is found. */
    String template() {
        return text.replace("{}", "…");
    }
}
