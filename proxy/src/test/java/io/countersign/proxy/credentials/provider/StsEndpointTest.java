package io.countersign.proxy.credentials.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a signed request for credentials may go, from the configuration or from the environment. */
class StsEndpointTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://sts.us-east-1.amazonaws.com",
                "https://vpce-1.sts.us-east-1.vpce.amazonaws.com:443",
                "https://10.0.0.5"
            })
    void takesAnHttpsEndpointAsItIsWithoutALookUp(String url) {
        assertEquals(URI.create(url), StsEndpoint.checked(url, host -> {
            throw new AssertionError("looked up " + host);
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://169.254.169.254/", "https://[fd00:ec2::254]/", "https://[64:ff9b::a9fe:a9fe]/"})
    void refusesAForbiddenLiteral(String url) {
        refuses(url, "169.254.169.254");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://sts.localhost:4566", "http://localhost:4566"})
    void goesInTheClearOnlyToTheLoopbackAddressThatItFound(String url) {
        assertEquals(URI.create("http://127.0.0.1:4566"), StsEndpoint.checked(url, host -> at("127.0.0.1")));
        assertEquals(URI.create("http://[0:0:0:0:0:0:0:1]:4566"), StsEndpoint.checked(url, host -> at("::1")));
        refuses(url, "10.0.0.5");
        refuses(url, "169.254.169.254");
        refuses(url, "127.0.0.1", "10.0.0.5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://localhost", "sts.example", "http://", "https://user:word@sts.example", "%", ""})
    void refusesWhatIsNoEndpoint(String url) {
        String message = refuses(url, "127.0.0.1");
        assertTrue(!message.contains("word"), message);
    }

    @Test
    void saysThatANameHasNoAddress() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> StsEndpoint.checked("http://sts.localhost", host -> {
                    throw new UnknownHostException(host);
                }));
        assertTrue(e.getMessage().contains("sts.localhost resolves to no address"), e.getMessage());
    }

    private static String refuses(String url, String... addresses) {
        return assertThrows(IllegalArgumentException.class, () -> StsEndpoint.checked(url, host -> at(addresses)))
                .getMessage();
    }

    private static List<InetAddress> at(String... literals) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String literal : literals) {
            addresses.add(InetAddress.getByName(literal));
        }
        return addresses;
    }
}
