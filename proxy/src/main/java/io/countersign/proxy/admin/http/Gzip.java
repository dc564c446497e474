package io.countersign.proxy.admin.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** Compressed responses, for clients that take them. */
public final class Gzip {
    /** A weight of zero means "not gzip" (RFC 9110 section 12.5.3). */
    private static final Pattern WANTED = Pattern.compile("(^|.*[,\\s])gzip\\s*(;\\s*q=(1|0\\.0*[1-9]).*|,.*|$)");

    private Gzip() {}

    public static boolean isWanted(Request request) {
        return isWanted(request.headers().get(HttpHeaderNames.ACCEPT_ENCODING));
    }

    static boolean isWanted(String acceptEncoding) {
        return acceptEncoding != null
                && WANTED.matcher(acceptEncoding.toLowerCase(Locale.ROOT)).matches();
    }

    public static byte[] compress(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out, 4096)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
