package io.countersign.proxy.policy;

import io.countersign.proxy.access.ListEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Allow and deny lists as a resource policy: private ranges as {@code aws:VpcSourceIp}, which a private API sees, public ones as
 * {@code aws:SourceIp}, and ranges with both as both.
 */
public final class PolicyExport {
    private final String resource;
    private final List<String> statements = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    /** @param api whose policy it will be; known in full */
    public PolicyExport(Api api) {
        resource = api.arn() + "/*";
    }

    /** Adds a list. An entry that no API can see is a fault. */
    public void add(Effect effect, List<ListEntry> entries) {
        for (ListEntry entry : entries) {
            AddressScope scope = AddressScope.of(entry.cidr());
            if (scope == AddressScope.LOOPBACK || scope == AddressScope.LINK_LOCAL) {
                faults.add(
                        entry.rule().source() + ": " + entry.cidr()
                                + " is an address of the machine itself or of its link, and never reaches an API; leave it out");
            }
        }
        statement(effect, "Public", ConditionKey.SOURCE_IP, AddressScope.PRIVATE, entries);
        statement(effect, "Vpc", ConditionKey.VPC_SOURCE_IP, AddressScope.PUBLIC, entries);
    }

    private void statement(Effect effect, String sid, ConditionKey key, AddressScope without, List<ListEntry> entries) {
        String ranges = entries.stream()
                .map(ListEntry::cidr)
                .filter(range -> AddressScope.of(range) != without)
                .map(range -> "\"" + range + "\"")
                .distinct()
                .collect(Collectors.joining(", "));
        if (!ranges.isEmpty()) {
            statements.add("{\"Sid\": \"" + effect + sid + "\", \"Effect\": \"" + effect
                    + "\", \"Principal\": \"*\", \"Action\": \"execute-api:Invoke\", \"Resource\": \"" + resource
                    + "\", \"Condition\": {\"IpAddress\": {\"" + key + "\": [" + ranges + "]}}}");
        }
    }

    /** The policy. Longer than {@link PolicyReader#MAX_CHARACTERS}, API Gateway refuses it. */
    public String json() {
        return "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    " + String.join(",\n    ", statements)
                + "\n  ]\n}\n";
    }

    /** Entries that can't be in a policy. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** Whether no list had an entry. */
    public boolean isEmpty() {
        return statements.isEmpty();
    }
}
