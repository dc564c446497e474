package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.credentials.Reason;
import io.countersign.proxy.secrets.Secrets;
import java.util.Map;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.AssumedRoleUser;
import software.amazon.awssdk.services.sts.model.Tag;

/** STS AssumeRole with the credentials of any other provider, which may assume a role itself and is asked each time too. */
record AssumedRoleProvider(AssumeRole role, CredentialsProvider below, StsSettings sts) implements CredentialsProvider {
    @Override
    public String kind() {
        return "assume-role";
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        Fetched base = base();
        String provider = "assume-role " + role.roleArn() + " over " + base.provider();
        AssumeRoleRequest.Builder request = AssumeRoleRequest.builder()
                .roleArn(role.roleArn())
                .roleSessionName(role.sessionName())
                .durationSeconds(role.durationSeconds() == 0 ? null : role.durationSeconds());
        role.externalId().ifPresent(request::externalId);
        if (!role.tags().isEmpty()) {
            request.tags(role.tags().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(tag -> Tag.builder()
                            .key(tag.getKey())
                            .value(tag.getValue())
                            .build())
                    .toList());
        }
        try (StsClient client = sts.client(SdkCredentials.provider(base.credentials()))) {
            AssumeRoleResponse assumed = client.assumeRole(request.build());
            return SdkCredentials.of(assumed.credentials(), provider, arn(assumed.assumedRoleUser()));
        } catch (RuntimeException e) {
            throw new FetchFailure(provider + ", " + sts + ": " + Reason.of(e, Secrets.of(base.credentials())));
        }
    }

    /** Empty where STS, or what stands in for it, has not said. */
    static String arn(AssumedRoleUser user) {
        return user == null || user.arn() == null ? "" : user.arn();
    }

    private Fetched base() throws FetchFailure {
        try {
            return below.fetch();
        } catch (Exception e) {
            throw new FetchFailure(
                    "assume-role " + role.roleArn() + " has no credentials to ask with: " + Reason.of(e));
        }
    }
}
