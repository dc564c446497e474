package io.countersign.proxy.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The hosts of the table against those of botocore's endpoint rules, which {@code scripts/verify endpoints} wrote down: for each
 * client its name, the name that it signs for, and hosts with their regions, plain, FIPS, dual stack and both.
 */
class EndpointsOfBotocoreTest {
    private static final Path FACTS = Path.of("src/test/resources/io/countersign/proxy/aws/endpoints.tsv");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private record Client(String name, String signsFor, List<String> hosts) {
        static Client of(String line) {
            String[] cells = line.split("\t", -1);
            return new Client(cells[0], cells[1], List.of(cells[2].split(" ", -1)));
        }
    }

    private static List<Client> clients() throws IOException {
        return Files.readAllLines(FACTS).stream()
                .filter(line -> !line.startsWith("#"))
                .map(Client::of)
                .toList();
    }

    @Test
    void readsServiceAndRegionFromEachHost() throws IOException {
        List<String> wrong = new ArrayList<>();
        int hosts = 0;
        for (Client client : clients()) {
            for (String fact : client.hosts()) {
                String region = fact.substring(0, fact.indexOf('='));
                String host = fact.substring(region.length() + 1);
                Optional<AwsEndpoint> read = AwsEndpoint.of(host);
                hosts++;
                if (!read.equals(Optional.of(new AwsEndpoint(client.signsFor(), region)))) {
                    wrong.add(client.name() + " has " + fact + ", read as " + read);
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(hosts > 400, hosts + " hosts");
    }

    @Test
    void theManualNamesTheClients() throws IOException {
        TreeMap<String, TreeSet<String>> known = new TreeMap<>();
        AwsServices.names().forEach(name -> known.put(name, new TreeSet<>()));
        clients().forEach(client -> known.get(client.signsFor()).add(client.name()));

        TreeMap<String, TreeSet<String>> manual = new TreeMap<>();
        table().forEach(cells ->
                manual.put(names(cells.get(0)).get(0), new TreeSet<>(names(cells.get(cells.size() - 1)))));

        assertEquals(known, manual);
    }

    private static Stream<List<String>> table() throws IOException {
        String page = Files.readString(Path.of("../docs/SERVICES.md"));
        return page.substring(page.indexOf("\n### The request that was signed for each\n") + 1)
                .lines()
                .skip(1)
                .takeWhile(line -> !line.startsWith("#"))
                .filter(line -> line.startsWith("| `"))
                .map(line ->
                        Stream.of(line.split(" \\| ?", -1)).map(String::strip).toList())
                .map(cells -> cells.subList(0, cells.size() - 1));
    }

    private static List<String> names(String cell) {
        return NAME.matcher(cell).results().map(match -> match.group(1)).toList();
    }
}
