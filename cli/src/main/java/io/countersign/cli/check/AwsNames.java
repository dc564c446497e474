package io.countersign.cli.check;

import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.config.NearestKey;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.ServiceMetadata;

/**
 * Tells misspelt regions and services from those that exist, by the AWS SDK's tables. Both can be right all the same: AWS
 * opens new regions, and other makers' servers have names of their own. So what is said here is a warning.
 *
 * <p>Not for the start of the proxy: the SDK takes a tenth of a second to load its regions, and most of one for its services.
 */
public final class AwsNames {
    private static final int CLOSE = 2;

    private AwsNames() {}

    /**
     * What to say of a region.
     *
     * @param atAws whether it is for a host of AWS, where nothing but AWS's own regions can be right
     */
    public static Optional<String> regionWarning(String region, boolean atAws) {
        List<String> known = Region.regions().stream()
                .filter(each -> !each.isGlobalRegion())
                .map(Region::id)
                .toList();
        if (known.contains(region)) {
            return Optional.empty();
        }
        Optional<String> near = NearestKey.within(atAws ? CLOSE + 1 : CLOSE, region, known);
        String unknown = "\"" + region + "\" is not a region of AWS that is known here";
        if (near.isPresent()) {
            return Optional.of(unknown + "; did you mean " + near.get() + "?");
        }
        return atAws ? Optional.of(unknown + "; check its spelling") : Optional.empty();
    }

    /** What to say of a service that is close to one that exists, and does not exist itself. */
    public static Optional<String> serviceWarning(String service) {
        List<String> known = AwsServices.names().stream().sorted().toList();
        if (known.contains(service)) {
            return Optional.empty();
        }
        // Whatever is that short is close to something.
        int most = service.length() < 3 ? 0 : service.length() < 5 ? 1 : CLOSE;
        return NearestKey.within(most, service, known)
                .filter(near -> !existsAtAws(service))
                .map(near -> "\"" + service + "\" is not a service that is known here; did you mean " + near + "?");
    }

    /** By the names of endpoints, which most services sign for as well. */
    private static boolean existsAtAws(String service) {
        return !ServiceMetadata.of(service).regions().isEmpty();
    }
}
