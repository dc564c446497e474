package io.countersign.cli.sign;

import io.countersign.sigv4.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a request of a method and an URL, in the one form that is both signed and sent: what cannot stand on the wire is
 * percent-encoded once, escapes that are there are kept, and a {@code +} of the query becomes {@code %20}, which is how
 * the service reads it. A fragment is left out, as every client does.
 */
public final class UrlRequest {
    private static final String UNRESERVED = "-._~";
    private static final String LEGAL_IN_PATH = UNRESERVED + "!$&'()*+,;=:@/%";
    private static final String LEGAL_IN_QUERY = UNRESERVED + "&=%";

    private UrlRequest() {}

    public static RequestDraft of(String method, String url, List<Header> headers, Body body) throws InputFault {
        int schemeEnd = url.indexOf("://");
        String scheme = schemeEnd < 0 ? "" : url.substring(0, schemeEnd);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new InputFault("'" + url + "' is not a URL: it must begin with https:// (or http://)");
        }
        int hash = url.indexOf('#');
        String rest = url.substring(schemeEnd + 3, hash < 0 ? url.length() : hash);
        int authorityEnd = rest.length();
        for (char mark : new char[] {'/', '?'}) {
            int at = rest.indexOf(mark);
            authorityEnd = at >= 0 ? Math.min(at, authorityEnd) : authorityEnd;
        }
        String authority = rest.substring(0, authorityEnd);
        if (authority.isEmpty() || authority.indexOf('@') >= 0) {
            throw new InputFault("'" + url + "' must name a host, and no user: https://host/path");
        }
        String target = rest.substring(authorityEnd);
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        List<Header> all = new ArrayList<>();
        if (headers.stream().noneMatch(header -> header.name().equalsIgnoreCase("host"))) {
            all.add(new Header("Host", withoutDefaultPort(scheme, authority)));
        }
        all.addAll(headers);
        return new RequestDraft(
                method,
                new RequestDraft.Place(
                        scheme + "://" + authority,
                        path.isEmpty() ? "/" : encode(path, LEGAL_IN_PATH),
                        mark < 0 ? null : encode(target.substring(mark + 1).replace("+", "%20"), LEGAL_IN_QUERY)),
                all,
                body,
                "\r\n",
                RequestDraft.Kind.URL);
    }

    private static String withoutDefaultPort(String scheme, String authority) {
        String suffix = scheme.equals("https") ? ":443" : ":80";
        return authority.endsWith(suffix) ? authority.substring(0, authority.length() - suffix.length()) : authority;
    }

    private static String encode(String text, String legal) {
        StringBuilder encoded = new StringBuilder();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xFF);
            boolean alphanumeric = c < 0x80 && Character.isLetterOrDigit(c);
            boolean kept = alphanumeric || (c == '%' ? beginsEscape(bytes, i) : legal.indexOf(c) >= 0);
            if (kept) {
                encoded.append(c);
            } else {
                encoded.append(String.format("%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }

    private static boolean beginsEscape(byte[] bytes, int at) {
        return at + 2 < bytes.length
                && Character.digit(bytes[at + 1], 16) >= 0
                && Character.digit(bytes[at + 2], 16) >= 0;
    }
}
