package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.secrets.Secrets;
import io.countersign.proxy.wire.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The body of a rejection that is relayed: of our own making, in the form in which the service itself writes errors, so that
 * its SDKs read it. AWS's own body repeats the canonical request, in text and in hex, and with it the session token.
 *
 * @param contentType for a response that has none of this form; empty when its own is right
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RejectionBody(byte[] bytes, Optional<String> contentType) {
    private static final int MAX_MESSAGE = 4096;
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");

    /**
     * Makes it.
     *
     * @param header a field's value by its lower-case name, null if absent
     * @param body as the service sent it
     * @param service that the request was signed for
     */
    public static RejectionBody of(
            Rejection rejection, Function<String, String> header, byte[] body, String service, Secrets secrets) {
        if (body.length == 0) {
            return new RejectionBody(body, Optional.empty());
        }
        byte[] plain = AwsError.plain(body);
        Optional<byte[]> binary = binary(plain, rejection, secrets);
        if (binary.isPresent()) {
            return new RejectionBody(binary.get(), Optional.empty());
        }
        String text = new String(plain, UTF_8);
        Optional<XmlError> xml = XmlError.of(text);
        Optional<Map<String, String>> json =
                xml.isPresent() || text.isBlank() ? Optional.empty() : JsonStrings.of(text);
        String id = requestId(header, secrets);
        if (xml.isPresent()) {
            return new RejectionBody(xml(xml.get(), rejection, id, secrets).getBytes(UTF_8), Optional.empty());
        }
        if (json.isPresent()) {
            return new RejectionBody(json(json.get(), rejection, id, secrets).getBytes(UTF_8), Optional.empty());
        }
        // In no form that is known, or in one that can't be read: then as the service writes errors else.
        if (AwsServices.of(service).isS3()) {
            XmlError none = new XmlError("Error", "", "", "", "", Workings.NONE);
            return new RejectionBody(xml(none, rejection, id, secrets).getBytes(UTF_8), Optional.of("application/xml"));
        }
        return new RejectionBody(
                json(Map.of(), rejection, id, secrets).getBytes(UTF_8), Optional.of("application/json"));
    }

    /** For SDKs and agents that read nothing but CBOR or protobuf. */
    private static Optional<byte[]> binary(byte[] plain, Rejection rejection, Secrets secrets) {
        Optional<Map<String, String>> cbor = CborStrings.of(plain);
        if (cbor.isPresent()) {
            Map<String, String> out = new LinkedHashMap<>();
            if (!rejection.errorType().isEmpty()) {
                out.put("__type", rejection.errorType());
            }
            out.put("message", message(AwsError.message(cbor.get()), rejection, secrets));
            return Optional.of(CborStrings.bytes(out));
        }
        return ProtobufStatus.of(plain)
                .map(status ->
                        new ProtobufStatus(status.code(), message(status.message(), rejection, secrets)).bytes());
    }

    private static String xml(XmlError error, Rejection rejection, String id, Secrets secrets) {
        String code = rejection.errorType().isEmpty() ? rejection.cause().label() : rejection.errorType();
        String inner = element("Message", message(error.message(), rejection, secrets));
        String requestId = id.isEmpty() ? "" : element("RequestId", id);
        String region = REGION.matcher(error.region()).matches() ? element("Region", error.region()) : "";
        String declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        return declaration
                + switch (error.root()) {
                    case "ErrorResponse" ->
                        "<ErrorResponse><Error><Type>Sender</Type>" + element("Code", code) + inner + "</Error>"
                                + requestId + "</ErrorResponse>";
                    case "Response" ->
                        "<Response><Errors><Error>" + element("Code", code) + inner + "</Error></Errors>"
                                + (id.isEmpty() ? "" : element("RequestID", id)) + "</Response>";
                    case "Error" -> "<Error>" + element("Code", code) + inner + region + requestId + "</Error>";
                    default -> "<" + error.root() + ">" + inner + requestId + "</" + error.root() + ">";
                };
    }

    private static String element(String name, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return "<" + name + ">" + escaped + "</" + name + ">";
    }

    private static String json(Map<String, String> members, Rejection rejection, String id, Secrets secrets) {
        String type = JsonText.quoted(rejection.errorType());
        if (members.containsKey("errors[].errorType")) {
            String said = JsonText.quoted(message(AwsError.message(members), rejection, secrets));
            return "{\"errors\":[{\"errorType\":" + type + ",\"message\":" + said + "}]}";
        }
        if (members.containsKey("error.type")) {
            String said = JsonText.quoted(message(AwsError.message(members), rejection, secrets));
            // OpenSearch gives a reason; Iceberg's catalogs, and what speaks like OpenAI's API, a message.
            String member = members.containsKey("error.reason") ? "reason" : "message";
            return "{\"error\":{\"type\":" + type + ",\"" + member + "\":" + said + "}}";
        }
        Map<String, String> out = new LinkedHashMap<>();
        boolean neptune = members.containsKey("detailedMessage");
        if (!rejection.errorType().isEmpty()) {
            out.put(neptune ? "code" : "__type", rejection.errorType());
        }
        String member = neptune
                ? "detailedMessage"
                : members.containsKey("message") || !members.containsKey("Message") ? "message" : "Message";
        out.put(member, message(members.getOrDefault(member, ""), rejection, secrets));
        if (!id.isEmpty()) {
            out.put("requestId", id);
        }
        return out.entrySet().stream()
                .map(entry -> JsonText.quoted(entry.getKey()) + ":" + JsonText.quoted(entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String message(String original, Rejection rejection, Secrets secrets) {
        String whole = secrets.line(RejectionClassifier.head(original), MAX_MESSAGE);
        return whole.isEmpty() ? rejection.message() : whole;
    }

    /** As a response names it; empty when it has none that looks like one. */
    private static String requestId(Function<String, String> header, Secrets secrets) {
        for (String name : new String[] {"x-amzn-requestid", "x-amz-request-id", "apigw-requestid"}) {
            String id = header.apply(name);
            if (id != null) {
                return RequestIds.shown(id, secrets);
            }
        }
        return "";
    }
}
