package io.countersign.cli.check;

import io.countersign.cli.send.Exchange;
import io.countersign.cli.send.ResponseHead;
import io.countersign.proxy.rejection.UpstreamErrors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * What an upstream responded, as far as it is looked at.
 *
 * @param whole whether the body is all of it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Response(ResponseHead head, byte[] body, boolean whole) {
    /** More than any rejection has. */
    private static final int MAX = 64 * 1024;

    static Response of(Exchange exchange) throws IOException {
        Beginning beginning = new Beginning();
        boolean whole = false;
        try {
            exchange.copyBody(beginning);
            whole = true;
        } catch (Enough e) {
            // The rest isn't read.
        }
        return new Response(exchange.head(), beginning.bytes.toByteArray(), whole);
    }

    UpstreamErrors.Received received() {
        return new UpstreamErrors.Received(
                head.status(), name -> head.field(name).orElse(null), body, whole);
    }

    private static final class Enough extends IOException {
        private static final long serialVersionUID = 1;
    }

    private static final class Beginning extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            int room = MAX - bytes.size();
            bytes.write(from, offset, Math.min(room, length));
            if (length > room) {
                throw new Enough();
            }
        }
    }
}
