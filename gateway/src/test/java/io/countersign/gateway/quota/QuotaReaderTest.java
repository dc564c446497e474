package io.countersign.gateway.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.settings.GatewayConfig;
import io.countersign.gateway.shared.StoreAddress;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaReaderTest {
    @TempDir
    Path folder;

    private LoadResult load(String quotas, Map<String, String> environment) {
        String settings = """
                countersign {
                  credentials { default { access-key-id = AKIDQUOTAS, secret-access-key = secret } }
                  routes { main { upstream = "https://localhost/prod", service = execute-api, region = us-east-1 } }
                %s
                }
                """.formatted(quotas);
        return HoconSource.text(settings, folder, environment).load();
    }

    private QuotaConfig read(String quotas, Map<String, String> environment) {
        LoadResult result = load(quotas, environment);
        LoadResult.Loaded loaded = assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
        return loaded.config().extension(GatewayConfig.class).orElseThrow().quotas();
    }

    private String fault(String quotas) {
        LoadResult result = load(quotas, Map.of());
        return assertInstanceOf(LoadResult.Faulty.class, result, result::toString)
                .faults()
                .toString();
    }

    @Test
    void thereIsOneReplicaUnlessItIsSaid() {
        assertEquals(1, read("", Map.of()).replicas());
        assertEquals(3, read("quotas.replicas = 3", Map.of()).replicas());
        assertEquals(5, read("", Map.of("COUNTERSIGN_QUOTAS_REPLICAS", "5")).replicas());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "two", "[1]"})
    void refusesWhatIsNoNumberOfReplicas(String replicas) {
        String fault = fault("quotas.replicas = " + replicas);
        assertTrue(fault.contains("text:4 (quotas.replicas)"), fault);
    }

    @Test
    void replicasCountAloneUnlessAStoreIsNamed() throws IOException {
        assertEquals(Optional.empty(), read("", Map.of()).shared());
        StoreAddress address = StoreAddress.parse("rediss://gateway:s3cretword@cache");
        assertEquals(
                Optional.of(address),
                read("quotas.shared = \"rediss://gateway:s3cretword@cache\"", Map.of())
                        .shared());
        Files.writeString(folder.resolve("store"), "rediss://gateway:s3cretword@cache\n");
        assertEquals(
                Optional.of(address),
                read("quotas.shared = \"file:store\"", Map.of()).shared());
    }

    @Test
    void aFaultNeverRepeatsAPassword() {
        String fault = fault("quotas.shared = \"redis://user:s3cretword\"");
        assertTrue(fault.contains("text:4 (quotas.shared)"), fault);
        assertFalse(fault.contains("s3cret"), fault);
    }

    @Test
    void warnsOfAPasswordThatGoesOverTheNetworkInClear() {
        LoadResult result = load("quotas.shared = \"redis://:s3cretword@cache\"", Map.of());
        String warnings = assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                .warnings()
                .toString();
        assertTrue(warnings.contains("write rediss://"), warnings);
        assertFalse(warnings.contains("s3cret"), warnings);
    }
}
