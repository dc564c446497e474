package io.countersign.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.Extension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GatewayTest {
    /** Of those that docs/OBSERVABILITY.md describes: the gateway's. */
    private static final Pattern OWN = Pattern.compile("`(countersign_(?:tenant|quotas|call_log)_\\w+)`");

    @Test
    void theCoreFindsIt() {
        assertEquals(
                List.of("gateway"),
                Extension.installed().stream().map(Extension::name).toList());
    }

    @Test
    void everyMetricOfAGatewayThatIsDescribedExists() throws IOException {
        Set<String> counted = new Gateway()
                .collectors().stream()
                        .map(collector -> collector.collect().getMetadata().getPrometheusName())
                        .collect(Collectors.toSet());
        String manual = Files.readString(Path.of("../docs/OBSERVABILITY.md"));
        List<String> missing = OWN.matcher(manual)
                .results()
                .map(described -> described.group(1))
                .filter(name -> !counted.contains(name.replaceFirst("_total$", "")) && !counted.contains(name))
                .toList();
        assertEquals(List.of(), missing);
    }
}
