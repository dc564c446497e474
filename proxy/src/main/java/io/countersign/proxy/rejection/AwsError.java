package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * The error type and message of a response, wherever it carries them.
 *
 * @param typedBy what named the type
 * @param type without namespace and suffix; empty with {@link TypedBy#NOTHING}
 * @param message as it came; empty when there is none
 * @param form what the body is, as far as that shows who wrote it
 */
record AwsError(TypedBy typedBy, String type, String message, Workings workings, Form form) {
    static final int MAX_BODY = 64 * 1024;
    private static final Pattern FIRST_TYPE =
            Pattern.compile("\\A\\s*\\{\\s*\"__type\"\\s*:\\s*\"([\\w.#:/-]{1,200})\"");

    enum TypedBy {
        /** {@code x-amzn-ErrorType}, or {@code x-amzn-query-error}, which services send to clients of an older protocol. */
        HEADER,
        /** A member of JSON or CBOR, or {@code <Code>} of XML. */
        BODY,
        NOTHING
    }

    enum Form {
        /** A JSON object with one member, the message. */
        MESSAGE_ALONE,
        /** Neither JSON nor an error in XML. */
        TEXT,
        OTHER
    }

    /** Where a JSON error may name its type: AWS's JSON protocols, Neptune, REST, AppSync, OpenSearch; the first that is there. */
    private static final List<String> TYPES = List.of("__type", "code", "errors[].errorType", "error.type");

    private static final List<String> MESSAGES = List.of(
            "message",
            "Message",
            "detailedMessage",
            "errorMessage",
            "errors[].message",
            "error.message",
            "error.reason",
            "error");

    private static final byte[] NOTHING_READ = {};

    /** A type is a name; a member called code may as well hold a number or a sentence. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.#:/-]{2,200}");

    static AwsError of(Function<String, String> header, byte[] body) {
        byte[] plain = plain(body);
        String fromHeader = fromHeader(header);
        // The bytes themselves say what they are: a Content-Type is lost or made up by some gateways.
        Optional<Map<String, String>> cbor = CborStrings.of(plain);
        if (cbor.isPresent()) {
            Map<String, String> members = cbor.get();
            String message = message(members);
            return of(fromHeader, bare(type(members)), message, Workings.inMessage(message), Form.OTHER);
        }
        Optional<ProtobufStatus> status = ProtobufStatus.of(plain);
        if (status.isPresent()) {
            String message = status.get().message();
            return of(fromHeader, "", message, Workings.inMessage(message), Form.OTHER);
        }
        return ofText(fromHeader, header, new String(plain, UTF_8));
    }

    /** Of a body that is too long to be read whole. */
    static AwsError ofBeginning(Function<String, String> header, byte[] beginning) {
        String text = new String(beginning, UTF_8);
        Optional<XmlError> xml = XmlError.ofBeginning(text);
        if (xml.isPresent()) {
            return ofText(fromHeader(header), header, text + "</" + xml.get().root() + ">");
        }
        Matcher type = FIRST_TYPE.matcher(text);
        return ofText(fromHeader(header), header, type.find() ? "{\"__type\":\"" + type.group(1) + "\"}" : "");
    }

    private static AwsError ofText(String fromHeader, Function<String, String> header, String text) {
        Optional<Map<String, String>> json = text.isBlank() ? Optional.empty() : JsonStrings.of(text);
        if (json.isPresent()) {
            Map<String, String> members = json.get();
            String message = message(members);
            boolean onlyMessage = members.size() == 1
                    && text.indexOf(',') < 0
                    && (members.containsKey("message") || members.containsKey("Message"))
                    && !message.isEmpty();
            return of(
                    fromHeader,
                    bare(type(members)),
                    message,
                    Workings.inMessage(message),
                    onlyMessage ? Form.MESSAGE_ALONE : Form.OTHER);
        }
        Optional<XmlError> xml = XmlError.of(text);
        if (xml.isPresent()) {
            XmlError error = xml.get();
            // An element named after an exception is a form that others use too; a Code within an Error is AWS's.
            boolean shown = !error.namedByElement()
                    || !error.requestId().isEmpty()
                    || header.apply("x-amzn-requestid") != null
                    || header.apply("x-amz-request-id") != null;
            Workings workings =
                    error.workings().equals(Workings.NONE) ? Workings.inMessage(error.message()) : error.workings();
            return of(fromHeader, shown ? bare(error.code()) : "", error.message(), workings, Form.OTHER);
        }
        return of(fromHeader, "", text.strip(), Workings.NONE, Form.TEXT);
    }

    private static AwsError of(String fromHeader, String fromBody, String message, Workings workings, Form form) {
        TypedBy typedBy = !fromHeader.isEmpty() ? TypedBy.HEADER : !fromBody.isEmpty() ? TypedBy.BODY : TypedBy.NOTHING;
        return new AwsError(typedBy, fromHeader.isEmpty() ? fromBody : fromHeader, message, workings, form);
    }

    private static String fromHeader(Function<String, String> header) {
        String type = bare(header.apply("x-amzn-errortype"));
        String query = header.apply("x-amzn-query-error");
        return type.isEmpty() && query != null ? bare(query.split(";", 2)[0]) : type;
    }

    private static String type(Map<String, String> members) {
        return TYPES.stream()
                .map(members::get)
                .filter(type -> type != null && NAME.matcher(type).matches())
                .findFirst()
                .orElse("");
    }

    /** What JSON's or CBOR's members say; empty when none of them is a message. */
    static String message(Map<String, String> members) {
        return first(members, MESSAGES);
    }

    private static String first(Map<String, String> members, List<String> names) {
        return names.stream()
                .map(members::get)
                .filter(value -> value != null && !value.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Without {@code :http://...} after and {@code namespace#} before, as AWS's restJson protocol has clients do. */
    private static String bare(String type) {
        if (type == null) {
            return "";
        }
        int colon = type.indexOf(':');
        String head = colon < 0 ? type : type.substring(0, colon);
        String bare = head.substring(head.indexOf('#') + 1).strip();
        return bare.length() <= 100 ? bare : "";
    }

    /**
     * The body without gzip; nothing past the bound. The bytes themselves say whether they are gzip: Content-Encoding is lost
     * or made up by some gateways.
     */
    static byte[] plain(byte[] body) {
        if (body.length > MAX_BODY) {
            return NOTHING_READ;
        }
        boolean gzip = body.length > 2 && (body[0] & 0xff) == 0x1f && (body[1] & 0xff) == 0x8b;
        if (!gzip) {
            return body;
        }
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(body))) {
            byte[] read = plain.readNBytes(MAX_BODY + 1);
            return read.length > MAX_BODY ? NOTHING_READ : read;
        } catch (IOException cutShort) {
            return NOTHING_READ;
        }
    }

    boolean onlyMessage() {
        return form == Form.MESSAGE_ALONE;
    }

    /** For comparing messages, which differ in case and full stops from service to service. */
    String folded() {
        return message.toLowerCase(Locale.ROOT);
    }
}
