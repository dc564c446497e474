package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
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
 * @param onlyMessage a JSON object whose one member is the message
 */
record ErrorAnswer(TypedBy typedBy, String type, String message, Workings workings, boolean onlyMessage) {
    static final int MAX_BODY = 64 * 1024;
    private static final Pattern FIRST_TYPE =
            Pattern.compile("\\A\\s*\\{\\s*\"__type\"\\s*:\\s*\"([\\w.#:/-]{1,200})\"");

    enum TypedBy {
        /** {@code x-amzn-ErrorType}. */
        HEADER,
        /** {@code __type} of JSON, or {@code <Code>} of XML. */
        BODY,
        NOTHING
    }

    static ErrorAnswer of(Function<String, String> header, byte[] body) {
        return of(header, text(header.apply("content-encoding"), body));
    }

    /** Of a body that is too long to be read whole. */
    static ErrorAnswer ofBeginning(Function<String, String> header, byte[] beginning) {
        String text = new String(beginning, UTF_8);
        Optional<XmlError> xml = XmlError.ofBeginning(text);
        if (xml.isPresent()) {
            return of(header, text + "</" + xml.get().root() + ">");
        }
        Matcher type = FIRST_TYPE.matcher(text);
        return of(header, type.find() ? "{\"__type\":\"" + type.group(1) + "\"}" : "");
    }

    private static ErrorAnswer of(Function<String, String> header, String text) {
        String fromHeader = bare(header.apply("x-amzn-errortype"));
        Optional<Map<String, String>> json = text.isBlank() ? Optional.empty() : JsonStrings.of(text);
        if (json.isPresent()) {
            Map<String, String> members = json.get();
            String message = members.getOrDefault("message", members.getOrDefault("Message", ""));
            boolean onlyMessage = members.size() == 1 && text.indexOf(',') < 0 && !message.isEmpty();
            return of(fromHeader, bare(members.get("__type")), message, Workings.inMessage(message), onlyMessage);
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
            return of(fromHeader, shown ? bare(error.code()) : "", error.message(), workings, false);
        }
        return of(fromHeader, "", text.strip(), Workings.NONE, false);
    }

    private static ErrorAnswer of(
            String fromHeader, String fromBody, String message, Workings workings, boolean onlyMessage) {
        TypedBy typedBy = !fromHeader.isEmpty() ? TypedBy.HEADER : !fromBody.isEmpty() ? TypedBy.BODY : TypedBy.NOTHING;
        return new ErrorAnswer(typedBy, fromHeader.isEmpty() ? fromBody : fromHeader, message, workings, onlyMessage);
    }

    /** Without {@code :http://...} behind and {@code namespace#} before, as AWS's restJson protocol tells clients to. */
    private static String bare(String type) {
        if (type == null) {
            return "";
        }
        int colon = type.indexOf(':');
        String head = colon < 0 ? type : type.substring(0, colon);
        String bare = head.substring(head.indexOf('#') + 1).strip();
        return bare.length() <= 100 ? bare : "";
    }

    /** A body past the bound, or in a coding that AWS doesn't use, has no text. */
    static String text(String contentEncoding, byte[] body) {
        if (body.length > MAX_BODY) {
            return "";
        }
        if (contentEncoding == null || contentEncoding.isBlank() || contentEncoding.equalsIgnoreCase("identity")) {
            return new String(body, UTF_8);
        }
        if (!contentEncoding.strip().equalsIgnoreCase("gzip")) {
            return "";
        }
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(body))) {
            byte[] read = plain.readNBytes(MAX_BODY + 1);
            return read.length > MAX_BODY ? "" : new String(read, UTF_8);
        } catch (IOException notGzip) {
            return "";
        }
    }
}
