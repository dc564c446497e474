package io.countersign.standin.verify;

import com.typesafe.config.ConfigUtil;
import io.countersign.standin.wire.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The dress that a rejection wears: each kind of AWS service says the same in its own form. */
public enum ErrorForm {
    /** 403 with {@code x-amzn-ErrorType} and {@code {"message": ...}}. */
    APIGATEWAY_REST {
        @Override
        public Answer answer(Rejection rejection) {
            return Answer.message(403, rejection.message() + signatureTexts(rejection))
                    .with("x-amzn-ErrorType", rejection.type().awsName());
        }
    },
    /** A bare 403, which is all that an HTTP API says; its request id is what tells it from an application's. */
    APIGATEWAY_HTTP {
        @Override
        public Answer answer(Rejection rejection) {
            return Answer.message(403, "Forbidden")
                    .with("apigw-requestid", UUID.randomUUID().toString());
        }
    },
    /** 400 with {@code __type}, as services of the JSON protocol say it. */
    JSON {
        @Override
        public Answer answer(Rejection rejection) {
            String type = "com.amazon.coral.service#" + rejection.type().awsName();
            String body = "{\"__type\":" + ConfigUtil.quoteString(type) + ",\"message\":"
                    + ConfigUtil.quoteString(rejection.message() + signatureTexts(rejection)) + "}";
            return Answer.of(400, "application/x-amz-json-1.1", body.getBytes(StandardCharsets.UTF_8));
        }
    },
    /** XML, with S3's own codes and statuses. */
    S3 {
        @Override
        public Answer answer(Rejection rejection) {
            StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>");
            element(xml, "Code", rejection.type().s3Code());
            element(xml, "Message", rejection.message());
            rejection.parts().ifPresent(parts -> {
                element(xml, "AWSAccessKeyId", rejection.accessKey());
                element(xml, "StringToSign", parts.stringToSign());
                element(xml, "SignatureProvided", parts.provided());
                element(xml, "StringToSignBytes", spacedHex(parts.stringToSign()));
                element(xml, "CanonicalRequest", parts.canonicalRequest());
                element(xml, "CanonicalRequestBytes", spacedHex(parts.canonicalRequest()));
            });
            xml.append("</Error>");
            return Answer.of(
                    rejection.type().s3Status(),
                    "application/xml",
                    xml.toString().getBytes(StandardCharsets.UTF_8));
        }
    };

    public abstract Answer answer(Rejection rejection);

    /** The form's name in a fault: {@code apigateway-rest}. */
    public String externalName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<ErrorForm> named(String name) {
        return Arrays.stream(values())
                .filter(form -> form.externalName().equals(name))
                .findFirst();
    }

    /** What API Gateway appends where the signature is wrong: its own canonical request and string to sign. */
    private static String signatureTexts(Rejection rejection) {
        return rejection
                .parts()
                .map(parts -> "\n\nThe Canonical String for this request should have been\n'" + parts.canonicalRequest()
                        + "'\n\nThe String-to-Sign should have been\n'" + parts.stringToSign() + "'\n")
                .orElse("");
    }

    private static void element(StringBuilder xml, String name, String text) {
        xml.append('<').append(name).append('>');
        xml.append(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
        xml.append("</").append(name).append('>');
    }

    private static String spacedHex(String text) {
        return HexFormat.ofDelimiter(" ").formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
