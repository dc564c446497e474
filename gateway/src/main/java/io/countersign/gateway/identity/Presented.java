package io.countersign.gateway.identity;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** What the field {@code Authorization} of a request holds, before anything is asked about it. */
public sealed interface Presented {
    /** Nothing, or what is meant for the upstream: an SDK's signature, somebody's password. */
    record Foreign() implements Presented {}

    /** What has the shape of a token of ours; whether it is one, a {@link TokenTable} knows. */
    record OurToken(String secret) implements Presented {
        @Override
        public String toString() {
            return "OurToken";
        }
    }

    /** Another token in the scheme Bearer: of an issuer, or meant for the upstream. */
    record Bearer(String token) implements Presented {
        @Override
        public String toString() {
            return "Bearer";
        }
    }

    /** It holds a token of ours in a way that can't be read, or beside another field: it may neither count nor be passed on. */
    record Malformed(String why) implements Presented {}

    /**
     * The one in the lines of the field, of which there is at most one in a sound request.
     *
     * @param bearers whether other tokens in the scheme Bearer matter
     */
    static Presented in(List<String> lines, boolean bearers) {
        if (lines.isEmpty()) {
            return new Foreign();
        }
        if (lines.size() == 1) {
            return in(lines.get(0));
        }
        return lines.stream()
                        .map(Presented::in)
                        .allMatch(each -> each instanceof Foreign || (!bearers && each instanceof Bearer))
                ? new Foreign()
                : new Malformed("there is more than one Authorization field; send the token in the only one");
    }

    private static Presented in(String line) {
        String field = line.strip();
        int blank = field.indexOf(' ');
        String scheme = blank < 0 ? field : field.substring(0, blank);
        String rest = blank < 0 ? "" : field.substring(blank).strip();
        if (scheme.equalsIgnoreCase("bearer") && TokenSecret.isShaped(rest)) {
            return new OurToken(rest);
        }
        if (hasOurPrefix(field)) {
            return new Malformed(
                    "what begins as a token in the field Authorization is not a whole one; send it as Bearer, or as the"
                            + " password of Basic");
        }
        if (scheme.equalsIgnoreCase("bearer")) {
            return new Bearer(rest);
        }
        return scheme.equalsIgnoreCase("basic") ? basic(rest) : new Foreign();
    }

    /** The token is the password, with any user name, or the user name before an empty password. */
    private static Presented basic(String encoded) {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return hidesOurPrefix(encoded)
                    ? new Malformed("the token in the field Authorization is not in the base64 of RFC 4648 section 4")
                    : new Foreign();
        }
        // A user name has no colon, RFC 7617 section 2.
        int colon = pair.indexOf(':');
        String user = colon < 0 ? pair : pair.substring(0, colon);
        String password = colon < 0 ? "" : pair.substring(colon + 1);
        String secret = password.isEmpty() ? user : password;
        if (TokenSecret.isShaped(secret)) {
            return new OurToken(secret);
        }
        return hasOurPrefix(pair)
                ? new Malformed(
                        "neither the password nor, before an empty one, the user name of Basic is a whole token")
                : new Foreign();
    }

    /** As a lenient decoder would read it: what is not base64 is passed over, whatever alphabet the rest is in. */
    private static boolean hidesOurPrefix(String encoded) {
        StringBuilder digits = new StringBuilder(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i) == '-' ? '+' : encoded.charAt(i) == '_' ? '/' : encoded.charAt(i);
            if (c == '+' || c == '/' || (c != '-' && c != '_' && TokenSecret.isBase64Url(c))) {
                digits.append(c);
            }
        }
        // One digit more than whole bytes have says nothing.
        digits.setLength(digits.length() % 4 == 1 ? digits.length() - 1 : digits.length());
        byte[] pair = Base64.getDecoder().decode(digits.toString());
        return hasOurPrefix(new String(pair, StandardCharsets.ISO_8859_1));
    }

    /** Where a word begins: by chance the five characters may stand within another token. */
    private static boolean hasOurPrefix(String text) {
        for (int at = text.indexOf(TokenSecret.PREFIX); at >= 0; at = text.indexOf(TokenSecret.PREFIX, at + 1)) {
            if (at == 0 || !(TokenSecret.isBase64Url(text.charAt(at - 1)) || text.charAt(at - 1) == '.')) {
                return true;
            }
        }
        return false;
    }
}
