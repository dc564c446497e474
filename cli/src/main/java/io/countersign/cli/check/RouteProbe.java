package io.countersign.cli.check;

import io.countersign.cli.send.Exchange;
import io.countersign.cli.sign.Body;
import io.countersign.cli.sign.RequestDraft;
import io.countersign.proxy.aws.ClockSkew;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.fields.RequestFields;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.rejection.Explainer;
import io.countersign.proxy.rejection.Rejection;
import io.countersign.proxy.rejection.RequestIds;
import io.countersign.proxy.rejection.ServerTime;
import io.countersign.proxy.rejection.Signed;
import io.countersign.proxy.rejection.UpstreamError;
import io.countersign.proxy.rejection.UpstreamErrors;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.secrets.Secrets;
import io.countersign.proxy.signing.SignatureForm;
import io.countersign.proxy.signing.Signers;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.signing.UnsignedRequest;
import io.countersign.proxy.signing.WireTarget;
import io.countersign.sigv4.Explanation;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.PathStyle;
import io.countersign.sigv4.PayloadHash;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Sends one harmless request as a route would sign it, once, and says what came of it. */
final class RouteProbe {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int MAX_FINDINGS = 2_000;
    private static final Duration SOME_SKEW = Duration.ofSeconds(30);

    private final RouteConfig route;
    private final HarmlessRequest request;
    private final Clock clock;
    private final String about;

    /** @param about what findings are about, in words */
    RouteProbe(RouteConfig route, String about, HarmlessRequest request, Clock clock) {
        this.route = route;
        this.request = request;
        this.clock = clock;
        this.about = about;
    }

    /** What was sent, and what a signature is compared by. */
    private record Sent(SigningConfig signing, Fetched fetched, Instant at, Explanation explanation) {
        @Override
        public String toString() {
            return "Sent[redacted]";
        }
    }

    /** @param fetched what the route signs with; empty on a route that does not sign */
    List<Finding> run(Optional<Fetched> fetched) {
        if (route.sending().choice().isPresent()) {
            return List.of(Finding.good(about, "sends where each request says, so there is nothing to probe"));
        }
        Secrets secrets = fetched.map(each -> Secrets.of(each.credentials())).orElse(Secrets.NONE);
        for (RouteConfig.SetHeader field : route.rewrite().headers().set()) {
            secrets = secrets.and(field.value());
        }
        WireTarget target = request.target(route.signing()
                .filter(signing -> signing.pathEncoding().equals(PathStyle.S3))
                .isPresent());
        List<Header> fields = new ArrayList<>();
        fields.add(new Header("Host", route.upstream().authority()));
        fields.addAll(RequestFields.toUpstream(
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target.text()),
                route,
                new Via("countersign-check")));
        Optional<Sent> sent = Optional.empty();
        if (fetched.isPresent() && route.signing().isPresent()) {
            List<Header> signed = new ArrayList<>(List.of(fields.get(0)));
            RequestFields.addSigned(fields, route, signed);
            UnsignedRequest unsigned = new UnsignedRequest(HarmlessRequest.METHOD, target, signed, PayloadHash.EMPTY);
            SignatureForm form = SignatureForm.of(route.signing().get());
            Instant now = clock.instant();
            SignatureForm.Signature made =
                    form.sign(new Signers(), unsigned, fetched.get().credentials(), now);
            fields.addAll(made.fields());
            target = made.target();
            sent = Optional.of(new Sent(
                    route.signing().get(),
                    fetched.get(),
                    now,
                    form.explain(new Signers(), unsigned, fetched.get().credentials(), now)));
        }
        try {
            Response response = send(target, fields);
            return sent.isPresent()
                    ? judged(response, sent.get(), secrets)
                    : List.of(Finding.good(
                            about,
                            asked() + " unsigned: status " + response.head().status()));
        } catch (SocketTimeoutException e) {
            return List.of(Finding.wrong(about, asked() + ": no response came within 10 s"));
        } catch (IOException e) {
            return List.of(Finding.wrong(about, asked() + ": " + secrets.line(UpstreamSocket.words(e), MAX_FINDINGS)));
        }
    }

    /** For a probe that has not ended within that time. */
    Finding tookTooLong(Duration whole) {
        return Finding.wrong(
                about,
                asked() + ": no whole response within " + whole.toSeconds()
                        + " s; something on the way answers byte by byte, or takes each step in time and not all of them");
    }

    private String asked() {
        return HarmlessRequest.METHOD + " " + request.path();
    }

    private Response send(WireTarget target, List<Header> fields) throws IOException {
        RequestDraft.Place place = new RequestDraft.Place("", target.text(), null);
        RequestDraft draft =
                new RequestDraft(HarmlessRequest.METHOD, place, fields, Body.none(), "\r\n", RequestDraft.Kind.MESSAGE);
        try (Exchange exchange = Exchange.send(draft, UpstreamSocket.open(route, TIMEOUT_MILLIS))) {
            return Response.of(exchange);
        }
    }

    private List<Finding> judged(Response response, Sent sent, Secrets secrets) {
        int status = response.head().status();
        Instant now = clock.instant();
        Optional<Duration> ahead = response.head().field("date").flatMap(date -> ServerTime.fromDate(date, now));
        String what = asked() + ": status " + status + id(response, secrets) + ", signed with access key id "
                + sent.fetched().credentials().accessKeyId() + "; ";
        List<Finding> findings = new ArrayList<>();
        if (status < 400) {
            findings.add(Finding.good(about, what + "accepted"));
        } else {
            UpstreamError error =
                    UpstreamErrors.of(response.received(), sent.signing().service(), sent.at(), secrets);
            findings.add(judged(error, status, what, sent, ahead.map(now::plus), secrets));
        }
        ahead.filter(skew -> skew.abs().compareTo(SOME_SKEW) >= 0).ifPresent(skew -> findings.add(skew(skew)));
        return findings;
    }

    private Finding judged(
            UpstreamError error, int status, String what, Sent sent, Optional<Instant> server, Secrets secrets) {
        if (error instanceof UpstreamError.Rejected rejected) {
            return rejected(rejected.rejection(), what, sent, server, secrets);
        }
        String said = error.message().isEmpty() ? "" : ": " + error.message();
        if (error instanceof UpstreamError.Throttled) {
            return Finding.wrong(
                    about, what + "throttled, so nothing is known of the signature; try again later" + said);
        }
        if (error instanceof UpstreamError.OverLimit) {
            return Finding.wrong(
                    about, what + "a limit of the service is exceeded, which waiting does not lift" + said);
        }
        return error instanceof UpstreamError.ServiceFault || status >= 500
                ? Finding.wrong(about, what + "the service failed" + said)
                : Finding.good(about, what + "the signature is not refused; the service has no such thing here" + said);
    }

    private Finding rejected(Rejection rejection, String what, Sent sent, Optional<Instant> server, Secrets secrets) {
        Signed signed = new Signed(
                route.upstream().authority(),
                sent.at(),
                sent.explanation().canonicalRequest(),
                sent.explanation().stringToSign(),
                sent.fetched().expiry());
        List<String> found = Explainer.explain(rejection, signed, server, clock.instant(), secrets);
        String message =
                rejection.message().isEmpty() || found.stream().anyMatch(each -> each.contains(rejection.message()))
                        ? ""
                        : "; AWS says: " + rejection.message();
        String why = what + "rejected by AWS, " + rejection.cause().label() + ": "
                + secrets.line(String.join("; ", found), MAX_FINDINGS) + message;
        boolean unproven = rejection.cause() == Rejection.Cause.MISSING_AUTHENTICATION
                && HarmlessRequest.mayBeNoPath(sent.signing().service());
        if (unproven) {
            why += "; the signature was not looked at: name a path that takes GET, with --probe-path " + route.name()
                    + "=/PATH";
        }
        if (rejection.cause() == Rejection.Cause.PERMISSION && !request.needed()) {
            return Finding.good(
                    about,
                    why + "; the signature is accepted, and callers of this route need other permissions, which are not"
                            + " tried: check --print-iam-policy has them");
        }
        return Finding.wrong(about, why);
    }

    private static String id(Response response, Secrets secrets) {
        return Stream.of("x-amzn-requestid", "x-amz-request-id", "apigw-requestid")
                .flatMap(name -> response.head().field(name).stream())
                .findFirst()
                .map(id -> " (request " + RequestIds.shown(id, secrets) + ")")
                .orElse("");
    }

    private Finding skew(Duration ahead) {
        String text = "this machine's clock is " + Span.of(ahead.abs()) + (ahead.isNegative() ? " ahead of" : " behind")
                + " the upstream's";
        return ahead.abs().compareTo(ClockSkew.MAX) >= 0
                ? Finding.wrong(about, text + "; AWS refuses signatures that are 5 min off: set the clock (NTP)")
                : Finding.good(about, text);
    }
}
