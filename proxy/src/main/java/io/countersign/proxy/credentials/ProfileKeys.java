package io.countersign.proxy.credentials;

import java.util.Optional;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.profiles.ProfileFile;

/**
 * A profile of the shared AWS files, in each form that the SDK knows: keys, {@code role_arn} over {@code source_profile}
 * or {@code credential_source}, SSO, {@code credential_process}, web identity.
 */
record ProfileKeys(String profile, ProfileFiles files) implements KeyFetch {
    @Override
    public String kind() {
        return "profile";
    }

    @Override
    public Optional<String> absence() {
        return files.read().profile(profile).isPresent()
                ? Optional.empty()
                : Optional.of("no profile '" + profile + "' in " + files);
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        ProfileFile read = files.read();
        if (read.profile(profile).isEmpty()) {
            throw new FetchFailure("no profile '" + profile + "' in " + files);
        }
        try {
            return SdkKeys.fetchOnce(
                    ProfileCredentialsProvider.builder()
                            .profileFile(read)
                            .profileName(profile)
                            .build(),
                    "profile " + profile);
        } catch (RuntimeException e) {
            throw new FetchFailure("profile " + profile + ": " + Reason.of(e));
        }
    }
}
