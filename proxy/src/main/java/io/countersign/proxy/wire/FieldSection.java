package io.countersign.proxy.wire;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/** Field lines (RFC 9112 section 5): a token, a colon at once behind it, a value. Folding is refused (section 5.2). */
final class FieldSection {
    private FieldSection() {}

    /** Reads the lines in {@code [from, to)}, each with its CRLF; octets over 0x7f become Latin-1 characters. */
    static HttpHeaders read(ByteBuf in, int from, int to) throws DecodeFault {
        HttpHeaders fields = empty();
        int line = from;
        while (line < to) {
            int end = in.indexOf(line, to, (byte) '\r');
            readLine(in, line, end, fields);
            line = end + 2;
        }
        return fields;
    }

    /** Without Netty's validation: what may go in has been judged here. */
    static HttpHeaders empty() {
        return DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    }

    /** Reads one line without its CRLF. */
    static void readLine(ByteBuf in, int from, int end, HttpHeaders fields) throws DecodeFault {
        int colon = from;
        while (colon < end && Octets.isToken(in.getUnsignedByte(colon))) {
            colon++;
        }
        if (colon == from || colon == end || in.getByte(colon) != ':') {
            throw DecodeFault.malformed("a field line does not begin with a name and a colon");
        }
        int valueFrom = colon + 1;
        int valueTo = end;
        while (valueFrom < valueTo && isBlank(in.getByte(valueFrom))) {
            valueFrom++;
        }
        while (valueTo > valueFrom && isBlank(in.getByte(valueTo - 1))) {
            valueTo--;
        }
        fields.add(text(in, from, colon), text(in, valueFrom, valueTo));
    }

    static String text(ByteBuf in, int from, int to) {
        return in.toString(from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }
}
