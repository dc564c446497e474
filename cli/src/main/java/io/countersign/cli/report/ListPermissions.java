package io.countersign.cli.report;

import io.countersign.proxy.access.RemoteList;
import io.countersign.proxy.access.RemoteLists;
import io.countersign.proxy.aws.Permission;
import io.countersign.proxy.aws.Regions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What fetching lists from S3 and Parameter Store needs. */
final class ListPermissions {
    private ListPermissions() {}

    static List<Permission> of(RemoteLists lists) {
        Set<String> objects = new LinkedHashSet<>();
        Set<String> parameters = new LinkedHashSet<>();
        for (RemoteList list : lists.lists()) {
            String region = lists.reach().region().orElse("*");
            String arn = "arn:" + Regions.partition(region) + ":";
            switch (list.kind()) {
                case S3 -> objects.add(arn + "s3:::" + list.bucket() + "/" + literal(list.key()));
                case SSM -> parameters.add(arn + "ssm:" + region + ":*:parameter" + list.parameter());
                case HTTPS -> {
                    // Not signed.
                }
            }
        }
        return Stream.of(
                        new Permission(Set.of("s3:GetObject"), objects),
                        new Permission(Set.of("ssm:GetParameter"), parameters))
                .filter(permission -> !permission.resources().isEmpty())
                .toList();
    }

    /** So that what is a wildcard in a policy stands for itself ("Policy variables" in the IAM user guide). */
    private static String literal(String key) {
        return key.replaceAll("[*?$]", "\\${$0}");
    }
}
