package io.countersign.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.Extension;
import org.junit.jupiter.api.Test;

class GatewayTest {
    @Test
    void theCoreFindsIt() {
        assertEquals(
                java.util.List.of("gateway"),
                Extension.installed().stream().map(Extension::name).toList());
    }
}
