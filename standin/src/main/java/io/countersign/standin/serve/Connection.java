package io.countersign.standin.serve;

import io.countersign.standin.stats.Counter;
import io.countersign.standin.stats.SeenRequest;
import io.countersign.standin.tls.ServerTls;
import io.countersign.standin.wire.Answer;
import io.countersign.standin.wire.AnswerWriter;
import io.countersign.standin.wire.CutException;
import io.countersign.standin.wire.Ending;
import io.countersign.standin.wire.MalformedRequestException;
import io.countersign.standin.wire.RequestHead;
import io.countersign.standin.wire.RequestReader;
import io.countersign.standin.wire.RequestTooLargeException;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection from handshake to end: its exchanges one after the other, on a thread of its own. */
final class Connection implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    private static final int IDLE_MILLIS = 90_000;
    private static final int LINGER_MILLIS = 1_000;
    private static final int LINGER_BYTES = 16 << 20;

    private final Socket plain;
    private final ServerTls tls;
    private final Gateway gateway;

    Connection(Socket plain, ServerTls tls, Gateway gateway) {
        this.plain = plain;
        this.tls = tls;
        this.gateway = gateway;
    }

    @Override
    public void run() {
        try (plain) {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(IDLE_MILLIS);
            SSLSocket secured = tls.over(plain);
            try {
                secured.startHandshake();
            } catch (IOException e) {
                gateway.counters().count(Counter.HANDSHAKES_FAILED);
                log.debug("handshake with {} failed: {}", plain.getRemoteSocketAddress(), e.getMessage());
                return;
            }
            end(secured, serve(secured));
        } catch (IOException e) {
            log.debug("connection from {} ended: {}", plain.getRemoteSocketAddress(), e.getMessage());
        }
    }

    private Ending serve(SSLSocket secured) throws IOException {
        OutputStream out = CountingStreams.out(secured.getOutputStream(), gateway.counters());
        RequestReader reader = new RequestReader(
                CountingStreams.in(secured.getInputStream(), gateway.counters()),
                gateway.terms().bodyLimit());
        RequestHead current = null;
        try {
            while (true) {
                current = null;
                Optional<RequestHead> head = reader.readHead();
                if (head.isEmpty()) {
                    return Ending.CLOSE_NOTIFY;
                }
                current = head.get();
                Optional<Ending> ending = new Exchange(gateway, reader, out, current).run();
                if (ending.isPresent()) {
                    return ending.get();
                }
            }
        } catch (CutException e) {
            return e.ending();
        } catch (EOFException e) {
            gateway.counters().count(Counter.TRUNCATED);
            return Ending.CLOSE_NOTIFY;
        } catch (MalformedRequestException e) {
            gateway.counters().count(Counter.MALFORMED);
            log.warn("malformed request: {}", e.getMessage());
            return refuse(out, current, Answer.message(400, e.getMessage()), "malformed: " + e.getMessage());
        } catch (RequestTooLargeException e) {
            gateway.counters().count(Counter.TOO_LARGE);
            Answer answer = e.part() == RequestTooLargeException.Part.BODY
                    ? Answer.message(413, "Request Too Long").with("x-amzn-ErrorType", "RequestTooLargeException")
                    : Answer.message(431, "Request Header Fields Too Large");
            return refuse(out, current, answer, e.getMessage());
        } catch (IllegalArgumentException e) {
            return refuse(out, current, Answer.message(400, e.getMessage()), e.getMessage());
        } catch (RuntimeException e) {
            log.error("a fault of the stand-in's own", e);
            return refuse(out, current, Answer.message(500, "Internal server error"), e.toString());
        }
    }

    /** Answers where the request's end is not known, so that the connection can't go on. */
    private Ending refuse(OutputStream out, RequestHead head, Answer answer, String verdict) throws IOException {
        String raw = head == null ? "" : head.raw();
        gateway.last()
                .add(new SeenRequest(gateway.clock().instant(), raw, 0, verdict, answer.status(), Optional.empty()));
        AnswerWriter.Frame frame = new AnswerWriter.Frame(
                gateway.clock().instant(), UUID.randomUUID().toString(), false, false);
        new AnswerWriter(new BufferedOutputStream(out)).write(answer, frame, OptionalLong.empty(), Ending.CLOSE_NOTIFY);
        return Ending.CLOSE_NOTIFY;
    }

    private void end(SSLSocket secured, Ending ending) throws IOException {
        if (ending == Ending.RESET) {
            plain.setSoLinger(true, 0);
            return;
        }
        if (ending == Ending.CLOSE_NOTIFY) {
            secured.shutdownOutput();
        }
        if (!plain.isOutputShutdown()) {
            plain.shutdownOutput();
        }
        drain();
    }

    /** Closing with unread input would reset, and the answer might be lost with it (RFC 9112 section 9.6). */
    private void drain() throws IOException {
        plain.setSoTimeout(LINGER_MILLIS);
        InputStream in = plain.getInputStream();
        byte[] scrap = new byte[16_384];
        int drained = 0;
        for (int came = 0; came >= 0 && drained < LINGER_BYTES; came = in.read(scrap)) {
            drained += came;
        }
    }
}
