package io.countersign.proxy.credentials;

import java.util.Optional;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;

/**
 * A profile of the shared AWS files, in each form that the SDK knows: keys, {@code role_arn} over {@code source_profile}
 * or {@code credential_source}, SSO, {@code credential_process}, web identity.
 */
record ProfileKeys(String profile, Environment environment) implements KeyFetch {
    @Override
    public String kind() {
        return "profile";
    }

    private ProfileFiles files() {
        return ProfileFiles.of(environment);
    }

    @Override
    public Optional<String> absence() {
        return files().read().profile(profile).isPresent()
                ? Optional.empty()
                : Optional.of("no profile '" + profile + "' in " + files());
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        ProfileFile read = files().read();
        Profile section =
                read.profile(profile).orElseThrow(() -> new FetchFailure("no profile '" + profile + "' in " + files()));
        if (SsoKeys.fits(section)) {
            return new SsoKeys(profile, read, environment).fetch(section);
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
