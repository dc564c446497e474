package io.countersign.proxy.route;

import com.typesafe.config.ConfigObject;
import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.config.Faults;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.signing.SigningConfig;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** Reads a route that leaves it to each request where it goes: among what that may choose. */
interface ChoiceReader {
    /** Reads the route as it is for one service. */
    interface Terms {
        /** @param written the route without what that service does not take */
        ServiceTerms of(Section written, String service);
    }

    /** The rest of a choice. */
    interface Rest {
        /** @param services the route's terms for each of them */
        Choice with(Map<String, ServiceTerms> services);
    }

    /** How it signs, with what the route leaves of services and regions. */
    SigningConfig narrowed(SigningConfig shared);

    /**
     * Among what requests may choose.
     *
     * @param narrowed as {@link #narrowed} has it
     */
    Choice read(Section written, SigningConfig narrowed, Terms terms);

    /** To which buckets the route may send. */
    BucketRules buckets(Choice choice);

    /** What no route has whose requests choose. */
    static void rejectFixed(Section route) {
        if (route.has("path-encoding")) {
            route.fault("path-encoding", "follows from the service, which each request chooses; take it out");
        }
        Section context = route.section("policy-context");
        if (context.has("api-arn")) {
            context.fault("api-arn", "is one API's, and each request may go to another; take it out");
        }
    }

    /** The route's terms for each service. */
    static Map<String, ServiceTerms> terms(Section written, Collection<String> services, Terms terms) {
        Map<String, ServiceTerms> all = new HashMap<>();
        for (String name : new TreeSet<>(services)) {
            Faults faults = new Faults();
            all.put(name, terms.of(written.apart(own(written, AwsServices.of(name)), faults), name));
            if (!written.faults().any()) {
                faults.faults().forEach(fault -> written.faults().add(fault.where(), name + ": " + fault.what()));
            }
        }
        return all;
    }

    /** Without what is read once for all services, and without what the service does not take. */
    private static ConfigObject own(Section written, AwsService service) {
        ConfigObject own = written.object().withoutKey("headers").withoutKey("tls");
        boolean unsigned = written.string("payload").filter("unsigned"::equals).isPresent();
        boolean presigned =
                written.string("signature-in").filter("query"::equals).isPresent() && service.isS3();
        if (presigned || !service.preset().payloads().contains(unsigned ? PayloadMode.UNSIGNED : PayloadMode.SIGNED)) {
            own = own.withoutKey("payload");
        }
        long max = service.preset().maxBody();
        Section limits = written.section("limits");
        return max > 0 && limits.has("body") && limits.size("body", 0, Long.MAX_VALUE) > max
                ? own.withoutKey("limits")
                : own;
    }
}
