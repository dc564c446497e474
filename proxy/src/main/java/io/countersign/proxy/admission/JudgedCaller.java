package io.countersign.proxy.admission;

import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.access.AccessMode;
import io.countersign.proxy.access.CallerRules;
import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.Forwarding;
import io.countersign.proxy.net.IpAddress;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Optional;

/**
 * Who calls, and what the rules say of that: the first that is to be known of a request.
 *
 * @param unclear why it is not known who calls, though the peer is trusted to say it; the verdict is a denial then
 */
record JudgedCaller(Caller caller, Verdict verdict, Optional<String> unclear) {

    static JudgedCaller of(Incoming request, AccessConfig access) {
        Caller sender = request.caller();
        if (request.deniedBefore().isPresent()) {
            return new JudgedCaller(sender, request.deniedBefore().get(), Optional.empty());
        }
        CallerRules rules = access.rules();
        Verdict ofSender = withPeer(rules.decide(sender), sender, rules);
        boolean trusted =
                sender.address().filter(access.trustedProxies()::contains).isPresent();
        // It need not be allowed itself to speak for others; but what is denied must not even speak.
        if (!trusted || (ofSender instanceof Verdict.Denied denied && !denied.isUnlisted())) {
            return new JudgedCaller(sender, ofSender, Optional.empty());
        }
        Forwarding.Result result = read(request.head(), access);
        if (result instanceof Forwarding.Result.Named named) {
            if (isAnothersLoopback(named, sender)) {
                return unclear(
                        "the request came from " + named.address() + " on another machine, which is not this one's",
                        sender,
                        ofSender,
                        access);
            }
            Caller caller = sender.forwarded(named.address());
            Verdict verdict = and(rules.decide(caller), ofSender);
            for (IpAddress proxy : named.through()) {
                verdict = and(verdict, rules.decide(Caller.ofSocket(proxy.toInetAddress())));
            }
            return new JudgedCaller(caller, verdict, Optional.empty());
        }
        if (result instanceof Forwarding.Result.Unclear unclear) {
            return unclear(unclear.why(), sender, ofSender, access);
        }
        return new JudgedCaller(sender, ofSender, Optional.empty());
    }

    /** In audit mode nobody is denied, so the request goes on as the sender's own. */
    private static JudgedCaller unclear(String why, Caller sender, Verdict ofSender, AccessConfig access) {
        Rule rule = new Rule(Rule.DEFAULT, why);
        return access.rules().mode() == AccessMode.AUDIT
                ? new JudgedCaller(sender, and(new Verdict.WouldDeny(rule), ofSender), Optional.empty())
                : new JudgedCaller(sender, new Verdict.Denied(rule), Optional.of(why));
    }

    /** Only a chain of proxies on this machine speaks of our loopback, whose processes the rules may allow. */
    private static boolean isAnothersLoopback(Forwarding.Result.Named named, Caller sender) {
        return named.address().toInetAddress().isLoopbackAddress()
                && !(sender.isLocal()
                        && named.through().stream()
                                .allMatch(proxy -> proxy.toInetAddress().isLoopbackAddress()));
    }

    private static Forwarding.Result read(HttpRequest head, AccessConfig access) {
        if (!head.decoderResult().isSuccess()) {
            return new Forwarding.Result.Unclear("the request cannot be read, so it is not known for whom it came");
        }
        return new Forwarding(access.trustedProxies())
                .caller(
                        head.headers().getAll(Forwarding.FORWARDED_FOR),
                        head.headers().getAll(Forwarding.FORWARDED));
    }

    /** A load balancer that a deny entry has come to name since it opened the connection brings nobody in any more. */
    private static Verdict withPeer(Verdict verdict, Caller sender, CallerRules rules) {
        return sender.peer()
                .map(peer -> and(verdict, rules.decide(Caller.ofSocket(peer))))
                .orElse(verdict);
    }

    /** Of who only passes the request on, deny entries alone count. */
    private static Verdict and(Verdict ofCaller, Verdict ofMessenger) {
        return ofMessenger.by().isDefault() ? ofCaller : ofCaller.and(ofMessenger);
    }
}
