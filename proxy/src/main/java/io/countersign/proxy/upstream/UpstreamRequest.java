package io.countersign.proxy.upstream;

import io.countersign.proxy.body.RequestBody;
import io.countersign.sigv4.Header;
import java.util.List;

/**
 * A request as it goes upstream: what was signed is what is sent.
 *
 * @param target path and query
 * @param fields in the order in which they are sent
 */
public record UpstreamRequest(String method, String target, List<Header> fields, RequestBody body) {
    /** Whether it asks to go on in another protocol: Upgrade is never passed on, so it is there only if that is meant. */
    public boolean asksToSwitch() {
        return method.equals("GET")
                && fields.stream().anyMatch(field -> field.name().equalsIgnoreCase("upgrade"));
    }

    /** With a signature in its query the target is as good as a credential, so it never prints. */
    @Override
    public String toString() {
        return "UpstreamRequest[" + method + ", redacted]";
    }
}
