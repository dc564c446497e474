package io.countersign.proxy.rejection;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * AWS's errors in XML: {@code <Error>} (S3), {@code <ErrorResponse><Error>} (STS, SQS), {@code <Response><Errors>} (EC2),
 * and an element named after the exception. Takes no part in XML's wider world: no entities, no DTD, no includes, so
 * that a hostile body costs one pass.
 */
record XmlError(String root, String code, String message, String requestId, String region, Workings workings) {
    private static final Pattern ROOT =
            Pattern.compile("\\A\\s*(?:<\\?xml[^>]{0,200}>\\s*)?<([A-Za-z]{1,64})(?:\\s[^<>]{0,300})?>");

    /** Whether the type is the element's own name. */
    boolean namedByElement() {
        return root.endsWith("Exception");
    }

    /** Of the beginning of a body: what is whole in it counts. */
    static Optional<XmlError> ofBeginning(String text) {
        Matcher root = ROOT.matcher(text);
        return root.find() ? of(text + "</" + root.group(1) + ">") : Optional.empty();
    }

    static Optional<XmlError> of(String text) {
        Matcher root = ROOT.matcher(text);
        if (!root.find() || !text.stripTrailing().endsWith("</" + root.group(1) + ">")) {
            return Optional.empty();
        }
        String name = root.group(1);
        boolean named = name.endsWith("Exception");
        if (!named && !name.equals("Error") && !name.equals("ErrorResponse") && !name.equals("Response")) {
            return Optional.empty();
        }
        String code = named ? name : element(text, "Code");
        String requestId = element(text, "RequestId");
        return Optional.of(new XmlError(
                name,
                code,
                element(text, "Message"),
                requestId.isEmpty() ? element(text, "RequestID") : requestId,
                element(text, "Region"),
                new Workings(element(text, "CanonicalRequest"), element(text, "StringToSign"))));
    }

    private static String element(String text, String name) {
        int start = text.indexOf("<" + name + ">");
        if (start < 0) {
            return "";
        }
        int from = start + name.length() + 2;
        int end = text.indexOf("</" + name + ">", from);
        return end < 0 ? "" : unescaped(text.substring(from, end));
    }

    private static String unescaped(String text) {
        if (text.indexOf('&') < 0) {
            return text;
        }
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&apos;", "'")
                .replace("&#39;", "'")
                .replace("&#10;", "\n")
                .replace("&#xA;", "\n")
                .replace("&#13;", "\r")
                .replace("&#xD;", "\r")
                .replace("&amp;", "&");
    }
}
