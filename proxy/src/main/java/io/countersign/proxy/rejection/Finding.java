package io.countersign.proxy.rejection;

/** All that can be found out about a rejection, in words; docs/REJECTIONS.md lists the same, and a test holds the two together. */
enum Finding {
    CLOCK_BEHIND("clock is {} s behind"),
    CLOCK_AHEAD("clock is {} s ahead"),
    CLOCK_WITHOUT_DATE("clock is more than 5 minutes off, and the answer has no Date to say how far"),
    CLOCK_RIGHT_AGAIN("clock is right again, and the signature still followed an earlier correction"),
    TOKEN_EXPIRED("token expired {} ago"),
    TOKEN_WITHOUT_EXPIRY(
            "token expired; when is not known, as its source gave no expiry: static keys with a token have to be"
                    + " replaced by hand"),
    TOKEN_REVOKED(
            "token expired says AWS, but its source said that it is good until {}: the role's sessions were revoked, or the"
                    + " source hands out old tokens"),
    KEY("key is disabled or deleted, of another account or partition, or its token is another's"),
    SCOPE_AND_HOST("scope says {}, host says {}"),
    SCOPE_EXPECTED("scope says {}, AWS expects {}"),
    SCOPE_OF_ANOTHER(
            "scope says {} and {}, and the upstream is of another region or service: set the route's region and service"),
    SCOPE_WRONG("region or service of the scope is wrong: set the route's region and service"),
    SCOPE_DIFFERS("scope differs: AWS has {}, we signed {}"),
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
    NO_SIGNATURE("AWS found no signature: something on the way removes the Authorization header"),
    NO_SUCH_METHOD("the API has no such method and path{}, or the stage is missing from the upstream's URL"),
    PERMISSION("the keys are good, but their policy does not allow this{}"),
    BARE_FORBIDDEN(
            "the answer gives no reason: permission, key, token or signature; or an application behind the API says so"),
    GUARD("WAF, an API key, a disabled endpoint or a host that no API answers to"),
    SERVICE_REFUSES(
            "the service refuses, and does not say that the signature is why: a firewall, its own policies or the state that it"
                    + " is in"),
    CLUSTER_BLOCKED(
            "the cluster or index takes no writes now: OpenSearch blocks them when its disk is nearly full, and an operator can"),
    AUTHORIZER("the API's Lambda authorizer said no: this route may want auth = none");

    private final String text;

    Finding(String text) {
        this.text = text;
    }

    /** With what was found, in the place of each {@code {}}. */
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

    /** With a dash in the place of what is found. */
    String template() {
        return text.replace("{}", "…");
    }
}
