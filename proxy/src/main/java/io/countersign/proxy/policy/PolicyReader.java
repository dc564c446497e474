package io.countersign.proxy.policy;

import io.countersign.proxy.config.NearestKey;
import io.countersign.proxy.policy.json.JsonFault;
import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.proxy.policy.json.JsonValue;
import io.countersign.proxy.policy.json.JsonValue.JsonList;
import io.countersign.proxy.policy.json.JsonValue.JsonObject;
import io.countersign.proxy.policy.json.JsonValue.JsonString;
import io.countersign.proxy.policy.json.JsonValue.Member;
import io.countersign.proxy.policy.json.Position;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a policy as API Gateway's would be written, and refuses what it does not understand: a slip must not open a door. */
public final class PolicyReader {
    /**
     * Characters of a resource policy at API Gateway ("Quotas for configuring and running a REST API"). HTTP APIs have no
     * resource policies at AWS; here the same bound keeps what each request costs small. White space between tokens isn't
     * counted.
     */
    public static final int MAX_CHARACTERS = 8192;

    /** What is read of a file at most, white space included. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final List<String> MEMBERS = List.of("Version", "Id", "Statement");
    private static final List<String> VERSIONS = List.of("2012-10-17", "2008-10-17");

    private final String file;
    private final PolicyFaults faults;

    private PolicyReader(String file) {
        this.file = file;
        faults = new PolicyFaults(file);
    }

    /**
     * Reads a policy.
     *
     * @param file how the operator named it
     * @param content UTF-8
     */
    public static PolicyResult read(String file, byte[] content) {
        return new PolicyReader(file).read(content);
    }

    private PolicyResult read(byte[] content) {
        if (content.length > MAX_BYTES) {
            faults.add(
                    Position.START,
                    "this has " + content.length + " bytes, and a policy at most " + MAX_CHARACTERS + " characters");
            return new PolicyResult.Bad(faults.all());
        }
        return decode(content)
                .flatMap(this::document)
                .<PolicyResult>map(PolicyResult.Read::new)
                .orElseGet(() -> new PolicyResult.Bad(faults.all()));
    }

    private Optional<String> decode(byte[] content) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(content.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(content), text, true);
        text.flip();
        if (!result.isError()) {
            return Optional.of(text.toString());
        }
        String before = text.toString();
        int lineStart = before.lastIndexOf('\n') + 1;
        faults.add(
                new Position(
                        (int) before.chars().filter(c -> c == '\n').count() + 1,
                        before.codePointCount(lineStart, before.length()) + 1),
                "this byte is not UTF-8; save the file as UTF-8");
        return Optional.empty();
    }

    private Optional<PolicyDocument> document(String text) {
        JsonParser.Parsed parsed;
        try {
            parsed = JsonParser.parse(text);
        } catch (JsonFault fault) {
            faults.add(fault.at(), fault.getMessage());
            return Optional.empty();
        }
        if (parsed.significant() > MAX_CHARACTERS) {
            faults.add(
                    parsed.value().at(),
                    "this policy has " + parsed.significant()
                            + " characters without white space, and at API Gateway at most " + MAX_CHARACTERS
                            + "; shorten it, or move address ranges into an allow or deny list");
        }
        if (!(parsed.value() instanceof JsonObject policy)) {
            faults.add(
                    parsed.value().at(),
                    "a policy is an object, { \"Version\": ..., \"Statement\": ... }, not "
                            + parsed.value().kind());
            return Optional.empty();
        }
        List<Statement> statements = statements(policy);
        Searches.excess(statements)
                .ifPresent(at -> faults.add(
                        at,
                        "this policy has more than " + Searches.MAX
                                + " searches: patterns with something between two stars,"
                                + " which count once for each 64 characters there that include a ?; begin them with what is"
                                + " known, such as execute-api:/prod/GET/pets/*"));
        return faults.isEmpty()
                ? Optional.of(new PolicyDocument(file, text, statements, parsed.significant()))
                : Optional.empty();
    }

    private List<Statement> statements(JsonObject policy) {
        for (Member member : policy.members()) {
            switch (member.name()) {
                case "Version" -> version(member.value());
                case "Id" -> {
                    if (!(member.value() instanceof JsonString)) {
                        faults.add(
                                member.value().at(),
                                "Id is a string, not " + member.value().kind());
                    }
                }
                case "Statement" -> {}
                default ->
                    faults.add(
                            member.at(),
                            "unknown member \"" + member.name() + "\" of a policy"
                                    + NearestKey.hint(member.name(), MEMBERS));
            }
        }
        Optional<JsonValue> value = policy.get("Statement");
        if (value.isEmpty()) {
            faults.add(policy.at(), "this policy has no Statement; write \"Statement\": [ ... ]");
            return List.of();
        }
        List<JsonValue> elements = value.get() instanceof JsonList list ? list.elements() : List.of(value.get());
        if (elements.isEmpty()) {
            faults.add(value.get().at(), "Statement is an empty list; write one statement or several");
        }
        List<Statement> statements = new ArrayList<>();
        elements.forEach(element -> StatementReader.read(file, faults, element).ifPresent(statements::add));
        return statements;
    }

    private void version(JsonValue value) {
        if (!(value instanceof JsonString version)) {
            faults.add(value.at(), "Version is the string \"2012-10-17\", not " + value.kind());
        } else if (!VERSIONS.contains(version.text())) {
            faults.add(
                    value.at(),
                    "\"" + version.text() + "\" is not a version of the policy language; write \"2012-10-17\"");
        }
    }
}
