package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SigV4ProxyNameTest {
    @ParameterizedTest
    @CsvSource({
        "--name es, sigv4-proxy --name es",
        "--name=es, sigv4-proxy --name=es",
        "-v --host a, sigv4-proxy -v --host a",
        "-sAuthorization, sigv4-proxy -sAuthorization",
        "--transport.idle-conn-timeout=1s, sigv4-proxy --transport.idle-conn-timeout=1s",
        "aws-sigv4-proxy, sigv4-proxy",
        "./aws-sigv4-proxy --name es, sigv4-proxy --name es",
        "sigv4-proxy --name es, sigv4-proxy --name es",
        "run --config f, run --config f",
        "--help, --help",
        "-h, -h",
        "-V, -V",
        "--version, --version",
        "--config f, --config f",
        "my-aws-sigv4-proxy, my-aws-sigv4-proxy"
    })
    void flagsOrTheNameOfTheOtherComeFirst(String given, String resolved) {
        assertEquals(resolved, String.join(" ", SigV4ProxyName.resolve(given.split(" "))));
    }
}
