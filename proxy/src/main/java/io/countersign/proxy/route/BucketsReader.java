package io.countersign.proxy.route;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads to which buckets of S3 a route may send. */
final class BucketsReader {
    private static final String OWNER = "expected-bucket-owner";
    private static final String BUCKETS = "buckets";

    /** "General purpose bucket naming rules" in the S3 User Guide. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

    /** Alone in the list: any bucket, whosever it is. */
    private static final String ANY = "*";

    private BucketsReader() {}

    /** Of a route that does not send to S3. */
    static BucketRules none(Section route) {
        for (String key : List.of(BUCKETS, OWNER)) {
            if (route.has(key)) {
                route.fault(key, "means nothing unless the route signs for s3; take it out");
            }
        }
        return BucketRules.NONE;
    }

    /** Of a route to one host of S3, which may be one bucket's. */
    static BucketRules fixed(Section route) {
        return new BucketRules(Optional.of(names(route)).filter(names -> !names.isEmpty()), owner(route));
    }

    /**
     * Of a route whose requests choose the host.
     *
     * @param any whether they may choose one that leaves the bucket open. Where they may not, no bucket counts but those that are named
     * @param named by the hosts that leave none open
     */
    static BucketRules chosen(Section route, boolean any, Set<String> named) {
        if (any && !route.has(BUCKETS) && !route.has(OWNER)) {
            route.fault(
                    BUCKETS,
                    "is missing: callers choose the bucket, and its name may be a stranger's. Write buckets = [NAME], or"
                            + " expected-bucket-owner = \"NUMBER OF THE ACCOUNT\", which S3 checks; buckets = [\"*\"] allows"
                            + " any");
        }
        Set<String> names = new HashSet<>(names(route));
        boolean open = any && names.isEmpty();
        names.addAll(named);
        return new BucketRules(open ? Optional.empty() : Optional.of(names), owner(route));
    }

    private static Set<String> names(Section route) {
        List<Setting> written = route.texts(BUCKETS);
        Set<String> names = new HashSet<>();
        for (Setting each : written) {
            if (NAME.matcher(each.text()).matches()) {
                names.add(each.text());
            } else if (!(each.text().equals(ANY) && written.size() == 1)) {
                route.fault(
                        BUCKETS,
                        each.quoted() + " is not a bucket's name; write names in full, or \"*\" alone for any bucket");
            }
        }
        if (route.has(BUCKETS) && written.isEmpty()) {
            route.fault(BUCKETS, "is empty; write names, or \"*\" for any bucket");
        }
        return names;
    }

    private static Optional<String> owner(Section route) {
        Optional<Setting> written = route.text(OWNER);
        written.filter(setting -> !ACCOUNT.matcher(setting.text()).matches())
                .ifPresent(setting -> route.fault(
                        OWNER, setting.quoted() + " is not the number of an account; write its 12 digits in quotes"));
        for (String name : route.section("headers").section("set").names()) {
            if (written.isPresent() && name.equalsIgnoreCase("x-amz-expected-bucket-owner")) {
                route.fault(OWNER, "is also in headers.set, as " + name + "; take one of the two out");
            }
        }
        return written.map(Setting::text);
    }
}
