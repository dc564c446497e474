package io.countersign.gateway.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.net.HostPort;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreAddressTest {
    @ParameterizedTest
    @CsvSource({
        "redis://127.0.0.1:6380,false,127.0.0.1,6380,0",
        "redis://cache,false,cache,6379,0",
        "rediss://cache.internal/3,true,cache.internal,6379,3",
        "redis://[::1]:6380/,false,::1,6380,0",
    })
    void readsAddresses(String text, boolean tls, String host, int port, int database) {
        assertEquals(
                new StoreAddress(tls, new HostPort(host, port), Optional.empty(), database, List.of()),
                StoreAddress.parse(text));
    }

    @Test
    void readsLogins() {
        assertEquals(
                Optional.of(new StoreAddress.Login(Optional.of("gateway"), "a@b/c%+d")),
                StoreAddress.parse("redis://gateway:a%40b%2Fc%25+d@cache").login());
        assertEquals(
                Optional.of(new StoreAddress.Login(Optional.empty(), "s3cret")),
                StoreAddress.parse("redis://:s3cret@cache").login());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cretword",
                "http://s3cretword@cache",
                "redis://",
                "redis://s3cretword@cache",
                "redis://user:s3cretword",
                "redis://:s3cretword",
                "redis://user:s3cretword@",
                "redis://user:s3cretword@cache:0",
                "redis://user:s3cretword@cache:x",
                "redis://user:s3cret/word@cache",
                "redis://user:s3cretword%zz@cache",
                "redis://user:s3cretword@cache/one",
                "redis://user:s3cretword@cache/12345",
                "redis://user:s3cretword@cache?x=y",
                "redis://user:s3cretword@a@cache",
            })
    void saysWhatIsWrongWithoutTheText(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> StoreAddress.parse(text))
                .getMessage();
        assertTrue(message.contains("write "), message);
        assertFalse(message.contains("s3cret"), message);
    }

    @Test
    void neverPrintsThePassword() {
        StoreAddress address = StoreAddress.parse("rediss://gateway:s3cretword@cache/1");
        assertEquals("rediss://cache:6379/1", address.toString());
        assertFalse(address.login().toString().contains("s3cret"));
        assertFalse(Optional.of(address).toString().contains("s3cret"));
        assertFalse(address.masked("it says s3cretword").contains("s3cret"));
    }

    @ParameterizedTest
    @CsvSource({
        "redis://:s3cretword@cache,true",
        "rediss://:s3cretword@cache,false",
        "redis://:s3cretword@127.0.0.1,false",
        "redis://cache,false",
    })
    void knowsWhenOthersCouldReadThePassword(String text, boolean told) {
        assertEquals(told, StoreAddress.parse(text).tellsThePassword());
    }
}
