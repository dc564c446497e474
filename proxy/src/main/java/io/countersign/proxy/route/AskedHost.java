package io.countersign.proxy.route;

/**
 * The host that a request names.
 *
 * @param name in lower case, without port
 * @param authority the same as it was sent, with the port if there is one
 * @param ours whether it is one by which callers know the proxy ({@code access.allowed-hosts}); requests for any other go only to that
 *     host itself
 */
public record AskedHost(String name, String authority, boolean ours) {

    /** Whether it names no other port than that of HTTPS. */
    boolean isUsualPort() {
        int end = name.length();
        return authority.length() == end || (authority.length() == end + 4 && authority.endsWith(":443"));
    }
}
