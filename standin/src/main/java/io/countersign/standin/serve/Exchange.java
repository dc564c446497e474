package io.countersign.standin.serve;

import io.countersign.standin.fault.Effect;
import io.countersign.standin.fault.Plan;
import io.countersign.standin.stats.Counter;
import io.countersign.standin.stats.SeenRequest;
import io.countersign.standin.upload.UploadVerifier;
import io.countersign.standin.verify.ErrorForm;
import io.countersign.standin.verify.Rejection;
import io.countersign.standin.verify.RejectionType;
import io.countersign.standin.verify.SignatureParts;
import io.countersign.standin.verify.Verification;
import io.countersign.standin.wire.Answer;
import io.countersign.standin.wire.AnswerWriter;
import io.countersign.standin.wire.Content;
import io.countersign.standin.wire.CutException;
import io.countersign.standin.wire.CuttingOutput;
import io.countersign.standin.wire.Ending;
import io.countersign.standin.wire.Framing;
import io.countersign.standin.wire.RequestHead;
import io.countersign.standin.wire.RequestReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** One request's life: read, verified, carried out, answered. */
final class Exchange {
    private static final int BUFFER = 16_384;

    private final Gateway gateway;
    private final RequestReader reader;
    private final OutputStream out;
    private final RequestHead head;
    private final Plan plan;
    private final Helpers helpers;
    private final Instant now;

    private String verdict = "";
    private Optional<SignatureParts> parts = Optional.empty();

    Exchange(Gateway gateway, RequestReader reader, OutputStream out, RequestHead head) {
        this.gateway = gateway;
        this.reader = reader;
        this.out = out;
        this.head = head;
        this.plan = gateway.faults().planFor(head.path());
        this.helpers = new Helpers(gateway.counters(), gateway.terms().pathMode());
        Duration skew =
                plan.find(Effect.ClockSkew.class).map(Effect.ClockSkew::by).orElse(Duration.ZERO);
        this.now = gateway.clock().instant().plus(skew);
    }

    /** How the connection is to end after this exchange; empty where it goes on. */
    Optional<Ending> run() throws IOException {
        gateway.counters().count(Counter.REQUESTS);
        plan.effects().forEach(effect -> gateway.counters().countInjected(name(effect)));
        Optional<Answer> unexpected = expectation();
        byte[] body = unexpected.isPresent() ? new byte[0] : reader.readBody(head, helpers.pace(head));
        Optional<Effect.Raw> raw = plan.find(Effect.Raw.class);
        Answer answer = unexpected.isPresent() ? unexpected.get() : judge(body);
        gateway.last().add(new SeenRequest(now, head.raw(), body.length, verdict, answer.status(), parts));
        Ending ending = plan.has(Effect.WithoutCloseNotify.class) ? Ending.WITHOUT_CLOSE_NOTIFY : Ending.CLOSE_NOTIFY;
        if (plan.has(Effect.Latency.class)) {
            Waiting.hold(plan.find(Effect.Latency.class).orElseThrow().time());
        }
        if (plan.has(Effect.CloseBeforeAnswer.class)) {
            return Optional.of(ending);
        }
        if (answer.status() == 101) {
            WebSocketEcho echo = new WebSocketEcho(reader, out, gateway.counters());
            return Optional.of(echo.run(head, WebSocketEcho.key(head).orElseThrow()));
        }
        boolean keepAlive = head.keepsAlive() && unexpected.isEmpty();
        if (raw.isPresent()) {
            out.write(raw.get().bytes().getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return raw.get().keepOpen() && keepAlive ? Optional.empty() : Optional.of(ending);
        }
        write(answer, keepAlive, ending);
        return keepAlive && answer.framing() != Framing.CLOSE ? Optional.empty() : Optional.of(ending);
    }

    private Optional<Answer> expectation() throws IOException {
        Optional<String> expect = head.first("expect");
        if (expect.isEmpty()) {
            return Optional.empty();
        }
        if (!expect.get().equalsIgnoreCase("100-continue")) {
            verdict = "expectation failed";
            return Optional.of(Answer.message(417, "Expectation Failed"));
        }
        reader.checkDeclaredLength(head);
        // Not where the body is on its way already (RFC 9110 section 10.1.1).
        if ((head.chunked() || head.contentLength() > 0) && !reader.hasBuffered()) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
        return Optional.empty();
    }

    private Answer judge(byte[] body) {
        if (gateway.terms().openPaths().stream().anyMatch(head.path()::startsWith)) {
            gateway.counters().count(Counter.OPEN);
            verdict = "open";
        } else {
            Verification verification = gateway.verifier().verify(head, body, now);
            if (verification instanceof Verification.Refused refused) {
                return reject(refused.rejection());
            }
            gateway.counters().count(Counter.VERIFIED);
            verdict = "verified";
            parts = Optional.of(((Verification.Verified) verification).parts());
        }
        Optional<Effect.ApiKey> key = plan.find(Effect.ApiKey.class);
        if (key.isPresent()
                && !head.first("x-api-key").equals(Optional.of(key.get().key()))) {
            return reject(Rejection.usual(RejectionType.FORBIDDEN));
        }
        Optional<Effect.Replacement> replacement = plan.find(Effect.Replacement.class);
        Answer answer = replacement.isPresent() ? replace(replacement.get()) : carryOut(body);
        return plan.has(Effect.CloseDelimited.class) ? answer.framed(Framing.CLOSE) : answer;
    }

    private Answer reject(Rejection rejection) {
        gateway.counters().countRejected(rejection.type().awsName());
        if (rejection.type() == RejectionType.SIGNATURE_EXPIRED
                || rejection.type() == RejectionType.SIGNATURE_NOT_YET_CURRENT) {
            gateway.counters().count(Counter.SKEWED);
        }
        verdict = rejection.type().awsName() + ": " + rejection.message();
        parts = rejection.parts();
        return plan.find(Effect.RejectionForm.class)
                .map(Effect.RejectionForm::form)
                .orElse(gateway.terms().isS3() ? ErrorForm.S3 : ErrorForm.APIGATEWAY_REST)
                .answer(rejection);
    }

    private Answer replace(Effect.Replacement replacement) {
        if (replacement instanceof Effect.Reject reject) {
            return reject(Rejection.usual(reject.type()));
        }
        if (replacement instanceof Effect.Redirect redirect) {
            return Answer.empty(redirect.status()).with("Location", redirect.location());
        }
        if (replacement instanceof Effect.Status status) {
            Content content = Content.of(status.body().getBytes(StandardCharsets.UTF_8));
            return new Answer(status.status(), status.headers(), content, Framing.CONTENT_LENGTH);
        }
        if (replacement instanceof Effect.ServiceError error) {
            return error.error().answer();
        }
        if (replacement instanceof Effect.Raw) {
            return Answer.empty(200);
        }
        gateway.counters().count(Counter.THROTTLED);
        return Answer.message(429, "Too Many Requests").with("x-amzn-ErrorType", "TooManyRequestsException");
    }

    private Answer carryOut(byte[] body) {
        if (WebSocketEcho.isAskedFor(head)) {
            return WebSocketEcho.key(head).isPresent()
                    ? Answer.empty(101)
                    : Answer.message(400, "Sec-WebSocket-Key is missing or malformed");
        }
        long seriesLimit = plan.find(Effect.SeriesLimit.class)
                .map(Effect.SeriesLimit::series)
                .orElse(Long.MAX_VALUE);
        Optional<Answer> taken = gateway.ingest().take(head, body, seriesLimit);
        if (taken.isPresent()) {
            return taken.get();
        }
        byte[] object = gateway.terms().isS3() && verdict.equals("verified") ? UploadVerifier.object(head, body) : body;
        return helpers.answer(head, object);
    }

    private void write(Answer answer, boolean keepAlive, Ending ending) throws IOException {
        OutputStream target = out;
        Optional<Effect.ResetAt> reset = plan.find(Effect.ResetAt.class);
        if (reset.isPresent()) {
            if (reset.get().bytes() == 0) {
                throw new CutException(Ending.RESET);
            }
            target = new CuttingOutput(out, reset.get().bytes(), Ending.RESET);
        }
        Optional<Effect.TruncateAt> truncate = plan.find(Effect.TruncateAt.class);
        OptionalLong cut = truncate.isPresent() ? OptionalLong.of(truncate.get().bodyBytes()) : OptionalLong.empty();
        AnswerWriter.Frame frame = new AnswerWriter.Frame(
                now, UUID.randomUUID().toString(), head.method().equals("HEAD"), keepAlive);
        new AnswerWriter(new BufferedOutputStream(target, BUFFER)).write(answer, frame, cut, ending);
    }

    private static String name(Effect effect) {
        String name = effect.getClass().getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}
