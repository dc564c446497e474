package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three routes within each other; whatever way a service may read a path, none leads around a narrower one. */
@WireTest
class RoutingTest {
    private FakeUpstream upstream;
    private TestProxy proxy;

    @BeforeAll
    void start() {
        upstream = FakeUpstream.http();
        proxy = TestProxy.start(
                upstream,
                TestProxy.route("admin", upstream.url() + "/narrow", "match { path-prefix = \"/admin\" }"),
                TestProxy.route("deep", upstream.url() + "/deep", "match { path-prefix = \"/admin/deep\" }"));
    }

    @AfterAll
    void stop() {
        proxy.close();
        upstream.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a",
                "/administrator",
                "/a/admin",
                "/a;v=1",
                "/a;admin",
                "/a;/admin",
                "/a%3B/b",
                "/a//b",
                "/a%2Fb"
            })
    void sendsElsewhereWhatIsNotBelowAPrefix(String path) {
        assertEquals("/stage" + path, target(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin",
                "/admin/",
                "/%61dmin",
                "/admin/x",
                "/admin/x;v=1",
                "/admin/x%3bv",
                "/admin/x//y",
                "/admin/deeper"
            })
    void sendsWhatIsBelowAPrefixToItsRoute(String path) {
        assertEquals("/narrow" + path, target(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/deep", "/admin/deep/x", "/admin/deep/x;y", "/admin/d%65ep"})
    void prefersTheLongestPrefix(String path) {
        assertEquals("/deep" + path, target(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//admin",
                "/%2Fadmin",
                "/%2fadmin/x",
                "/admin%2Fx",
                "/admin;x",
                "/admin;x/y",
                "/admin;/y",
                "/adm%69n;x/y",
                "/admin%3bx/y",
                "/admin%3B",
                "/;/admin",
                "/;x/admin/y",
                "/;x=1;y=2//admin",
                "/%3b/admin",
                "/;%2Fadmin",
                "/;a%2fadmin",
                "/admin//deep",
                "/admin%2Fdeep",
                "/admin/deep;x",
                "/admin/deep;x/y",
                "/admin/;/deep",
                "/admin;x/deep",
                "/admin/;x%2Fdeep"
            })
    void givesNoRouteToWhatOthersMayReadAsAnother(String path) {
        int before = upstream.requests().size();
        ProblemAssert.problem(404, proxy.exchange(Requests.get(path)));
        ProblemAssert.problem(404, proxy.exchange(Requests.get(path + "?a=b")));
        assertEquals(before, upstream.requests().size());
    }

    private String target(String path) {
        Response response = proxy.exchange(Requests.get(path));
        assertEquals(200, response.status(), response::toString);
        List<ReceivedRequest> all = upstream.requests();
        return all.get(all.size() - 1).head().target();
    }
}
