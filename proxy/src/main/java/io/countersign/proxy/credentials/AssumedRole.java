package io.countersign.proxy.credentials;

import io.countersign.proxy.config.CredentialsConfig.AssumeRole;
import io.countersign.proxy.secrets.Secrets;
import java.util.Map;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.Tag;

/** STS AssumeRole over any other source, itself possibly an assumed role; the source below is asked anew each time too. */
record AssumedRole(AssumeRole role, KeyFetch below, StsSettings sts) implements KeyFetch {
    @Override
    public String kind() {
        return "assume-role";
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        Fetched base = base();
        String source = "assume-role " + role.roleArn() + " over " + base.source();
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
        try (StsClient client = sts.client(SdkKeys.provider(base.keys()))) {
            return SdkKeys.of(client.assumeRole(request.build()).credentials(), source);
        } catch (RuntimeException e) {
            throw new FetchFailure(source + ", " + sts + ": " + Reason.of(e, Secrets.of(base.keys())));
        }
    }

    private Fetched base() throws FetchFailure {
        try {
            return below.fetch();
        } catch (Exception e) {
            throw new FetchFailure("assume-role " + role.roleArn() + " has no keys to ask with: " + Reason.of(e));
        }
    }
}
