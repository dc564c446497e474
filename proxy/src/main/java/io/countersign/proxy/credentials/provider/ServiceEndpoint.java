package io.countersign.proxy.credentials.provider;

import static io.countersign.proxy.credentials.provider.ProfileProvider.property;

import io.countersign.proxy.config.EndpointUrl;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.FetchFailure;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;

/**
 * A URL that is called instead of a service's own in its region, and where it was written ("Service-specific endpoints" in
 * the AWS SDKs and Tools Reference Guide). It is found here and not by the SDK, which would send a token to any URL.
 */
record ServiceEndpoint(String service, String url, String origin) {
    /** For the SDK's clients, so that they look for settings nowhere else. */
    static final ProfileFile NO_PROFILES = ProfileFile.aggregator().build();

    private static final String GLOBAL = "AWS_ENDPOINT_URL";

    /**
     * Of the environment, else of the profile.
     *
     * @param service as it ends a variable's name, such as {@code STS}
     */
    static Optional<ServiceEndpoint> of(
            String service, Optional<Profile> section, ProfileFile file, Environment environment) {
        if (environment.isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) {
            return Optional.empty();
        }
        return variable(service, GLOBAL + "_" + service, environment)
                .or(() -> variable(service, GLOBAL, environment))
                .or(() -> section.flatMap(profile -> ofProfile(service, profile, file)));
    }

    private static Optional<ServiceEndpoint> variable(String service, String name, Environment environment) {
        return environment.get(name).map(url -> new ServiceEndpoint(service, url, name));
    }

    private static Optional<ServiceEndpoint> ofProfile(String service, Profile profile, ProfileFile file) {
        if (property(profile, "ignore_configured_endpoint_urls")
                .filter("true"::equalsIgnoreCase)
                .isPresent()) {
            return Optional.empty();
        }
        String key = service.toLowerCase(Locale.ROOT) + ".endpoint_url";
        return property(profile, "services")
                .flatMap(name -> file.getSection("services", name))
                .flatMap(services -> property(services, key))
                .map(url -> new ServiceEndpoint(
                        service, url, key + " of the services that profile " + profile.name() + " names"))
                .or(() -> property(profile, "endpoint_url")
                        .map(url -> new ServiceEndpoint(service, url, "endpoint_url of profile " + profile.name())));
    }

    /**
     * As it is to be called; looks a name of {@code http} up.
     *
     * @param where said before what is wrong
     */
    URI uri(String where) throws FetchFailure {
        Optional<String> fault = EndpointUrl.fault(url, service);
        if (fault.isPresent()) {
            throw new FetchFailure(where + ": " + origin + " " + fault.get());
        }
        try {
            return StsEndpoint.checked(url);
        } catch (IllegalArgumentException e) {
            throw new FetchFailure(where + ": " + origin + ": " + e.getMessage());
        }
    }

    /** Without what a URL may hold besides. */
    @Override
    public String toString() {
        return EndpointUrl.fault(url, service).isPresent() ? "by " + origin : url;
    }
}
