package io.countersign.proxy.route;

import com.typesafe.config.ConfigObject;
import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.config.Faults;
import io.countersign.proxy.config.NearestKey;
import io.countersign.proxy.config.ScopeName;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.secrets.Quoted;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.upstream.UpstreamConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads a route that sends where each request's {@code Host} says: what it is for each service of the table. */
final class FromHostReader {
    private FromHostReader() {}

    /** Reads the route as it is for one service. */
    interface Terms {
        /** @param written the route without what that service does not take */
        RouteConfig.Sending.ServiceTerms of(Section written, String service);
    }

    /** How it signs, with what {@code service} and {@code region} leave of the hosts. */
    static SigningConfig narrowed(Section route, SigningConfig shared) {
        Optional<String> service =
                route.text("service").flatMap(setting -> ScopeName.service(route, "service", setting));
        Optional<String> region = route.text("region").flatMap(setting -> ScopeName.region(route, "region", setting));
        Set<String> known = AwsEndpoint.services();
        service.filter(name -> !known.contains(name))
                .ifPresent(name -> route.fault(
                        "service",
                        "the hosts of " + Quoted.of(name) + " are not known" + NearestKey.hint(name, known)
                                + "; write the host as upstream = \"https://HOST\""));
        if (route.has("path-encoding")) {
            route.fault("path-encoding", "follows from the service that each request's host belongs to; take it out");
        }
        Section context = route.section("policy-context");
        if (context.has("api-arn")) {
            context.fault("api-arn", "is one API's, and each request's host may be another; take it out");
        }
        return shared.narrowedTo(service, region);
    }

    /** @param narrowed as {@link #narrowed} has it */
    static RouteConfig.Sending sending(Section written, UpstreamConfig shared, SigningConfig narrowed, Terms terms) {
        Map<String, RouteConfig.Sending.ServiceTerms> services = new HashMap<>();
        for (String name : new TreeSet<>(AwsEndpoint.services())) {
            if (narrowed.isFor(name)) {
                Faults faults = new Faults();
                services.put(name, terms.of(written.apart(own(written, AwsServices.of(name)), faults), name));
                if (!written.faults().any()) {
                    faults.faults().forEach(fault -> written.faults().add(fault.where(), name + ": " + fault.what()));
                }
            }
        }
        return new RouteConfig.Sending(shared, services, Optional.empty());
    }

    /** Without what is read once for all services, and without what the service does not take. */
    private static ConfigObject own(Section written, AwsService service) {
        ConfigObject own = written.object().withoutKey("headers").withoutKey("tls");
        boolean unsigned = written.string("payload").filter("unsigned"::equals).isPresent();
        List<PayloadMode> payloads = service.preset().payloads();
        boolean presigned =
                written.string("signature-in").filter("query"::equals).isPresent() && service.isS3();
        if (presigned || !payloads.contains(unsigned ? PayloadMode.UNSIGNED : PayloadMode.SIGNED)) {
            own = own.withoutKey("payload");
        }
        long max = service.preset().maxBody();
        Section limits = written.section("limits");
        return max > 0 && limits.has("body") && limits.size("body", 0, Long.MAX_VALUE) > max
                ? own.withoutKey("limits")
                : own;
    }
}
