package io.countersign.proxy.fields;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.CompiledSnapshot;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.sigv4.Header;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of a client's fields goes upstream beside those that the route sets. */
class RequestFieldsTest {
    @Test
    void letsNoLookAlikeOfAFieldThroughThatTheRouteSetsOrRemoves() throws Exception {
        try (CompiledSnapshot snapshot = new CompiledSnapshot("""
                listeners = [ { bind = "127.0.0.1:0" } ], admin { bind = "127.0.0.1:0" }
                routes { one { upstream = "http://127.0.0.1:9", auth = none
                               headers { set { X-Scope-OrgID = ours, X_Team = ours }, remove = [X-Debug-Me, X_Also] } } }
                """)) {
            RouteConfig route = snapshot.get().routes().routes().get(0).config();
            DefaultHttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
            List.of("X_Scope_OrgID", "x-scope_orgid", "X-Team", "x_team", "X_Debug_Me", "x-debug_me", "x-also")
                    .forEach(name -> request.headers().add(name, "theirs"));
            request.headers().add("X_Kept", "theirs").add("x-other", "theirs");

            assertEquals(
                    List.of("X_Kept", "x-other", "X-Scope-OrgID", "X_Team", "Via"),
                    RequestFields.toUpstream(request, route, new Via("here")).stream()
                            .map(Header::name)
                            .toList());
        }
    }
}
