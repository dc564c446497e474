package io.countersign.proxy.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which 101 accepts what a client asked for; key and hash are those of RFC 6455 section 1.3. */
class UpgradeTest {
    private static final HttpHeaders REQUEST =
            new DefaultHttpHeaders().add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    private static final String RIGHT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static HttpResponse answer() {
        HttpResponse answer = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        answer.headers()
                .add("Upgrade", "WebSocket")
                .add("Connection", "keep-alive, upgrade")
                .add("Sec-WebSocket-Accept", RIGHT);
        return answer;
    }

    @Test
    void takesTheHashOfTheKey() {
        assertEquals(Optional.empty(), Upgrade.fault(REQUEST, answer()));
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-WebSocket-Accept, s3pPLMBiTxaQ9kYGzzhZRbK+xOo",
        "Sec-WebSocket-Accept, S3PPLMBITXAQ9KYGZZHZRBK+XOO=",
        "Sec-WebSocket-Accept, ''",
        "Sec-WebSocket-Accept,",
        "Upgrade, h2c",
        "Upgrade,",
        "Connection, keep-alive",
        "Connection,"
    })
    void refusesWhatIsMissingOrWrong(String name, String value) {
        HttpResponse answer = answer();
        answer.headers().remove(name);
        if (value != null) {
            answer.headers().add(name, value);
        }
        assertEquals(true, Upgrade.fault(REQUEST, answer).isPresent());
    }

    @Test
    void refusesTwoHashes() {
        HttpResponse answer = answer();
        answer.headers().add("Sec-WebSocket-Accept", RIGHT);
        assertEquals(true, Upgrade.fault(REQUEST, answer).isPresent());
    }
}
