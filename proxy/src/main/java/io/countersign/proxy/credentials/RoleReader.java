package io.countersign.proxy.credentials;

import io.countersign.proxy.config.EndpointUrl;
import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.ScopeName;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.credentials.CredentialsConfig.Sts;
import io.countersign.proxy.credentials.CredentialsConfig.WebIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads which role is assumed and how STS is asked; forms and bounds are those of STS' API reference. */
final class RoleReader {
    private static final Pattern ROLE_ARN = Pattern.compile("arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=,.@/-]{1,512}");
    private static final Pattern EXTERNAL_ID = Pattern.compile("[\\w+=,.@:/-]{2,1224}");
    private static final Pattern SESSION_NAME = Pattern.compile("[\\w+=,.@-]{2,64}");
    private static final Pattern TAG_KEY = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}");
    private static final Pattern TAG_VALUE = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,256}");
    private static final int MOST_TAGS = 50;

    private final Section section;

    RoleReader(Section section) {
        this.section = section;
    }

    Optional<AssumeRole> assumeRole(UnknownKeys unknown) {
        Section tags = section.section("tags");
        if (!section.has("role-arn")) {
            List.of("external-id", "session-name", "duration", "tags", "sts-region", "sts-endpoint", "fips")
                    .forEach(key -> {
                        if (section.has(key)) {
                            section.fault(key, "is for assuming a role; set role-arn too, or take it out");
                        }
                    });
            return Optional.empty();
        }
        Optional<String> externalId = matching(
                "external-id",
                EXTERNAL_ID,
                "is not an external id; write 2 to 1224 of" + " letters, digits and + = , . @ : / -");
        AssumeRole role = new AssumeRole(roleArn(), externalId, sessionName(), duration(), tags(tags), sts());
        tags.rejectUnknown(unknown);
        return Optional.of(role);
    }

    /** {@code web-identity-token-file} stands there. */
    WebIdentity webIdentity(ReferredFiles referred) {
        for (String key : List.of("external-id", "tags")) {
            if (section.has(key)) {
                section.fault(
                        key,
                        "is nothing that STS takes with a web identity; take it out, or assume a further role with"
                                + " source = NAME");
            }
        }
        if (!section.has("role-arn")) {
            section.fault("role-arn", "is missing; a web identity's token is good for assuming a role, so set which");
        }
        Optional<Path> token = section.text("web-identity-token-file").map(referred::path);
        return new WebIdentity(token.orElse(Path.of("")), roleArn(), sessionName(), duration(), sts());
    }

    private String roleArn() {
        return matching("role-arn", ROLE_ARN, "is not a role's ARN; write arn:aws:iam::ACCOUNT:role/NAME")
                .orElse("");
    }

    private String sessionName() {
        return matching(
                        "session-name",
                        SESSION_NAME,
                        "is not a session name; write 2 to 64 of letters, digits and + = , . @ -, or auto")
                .filter(name -> !name.equals("auto"))
                .orElse(CredentialsConfig.AUTO);
    }

    private int duration() {
        return (int) section.duration("duration", Duration.ofMinutes(15), Duration.ofHours(12))
                .toSeconds();
    }

    private static Map<String, String> tags(Section tags) {
        Map<String, String> read = new LinkedHashMap<>();
        for (String key : tags.names()) {
            String value = tags.string(key).orElse("");
            if (!TAG_KEY.matcher(key).matches() || !TAG_VALUE.matcher(value).matches()) {
                tags.fault(
                        key,
                        "is not a session tag; write up to 128 letters, digits, spaces and _ . : / = + - @, and up to 256"
                                + " of them as its value");
            } else if (key.regionMatches(true, 0, "aws:", 0, 4)) {
                tags.fault(key, "begins with \"aws:\", which AWS keeps for itself; write another key");
            }
            read.put(key, value);
        }
        if (read.size() > MOST_TAGS) {
            tags.faults().add(tags.where(), "holds " + read.size() + " tags; STS takes at most " + MOST_TAGS);
        }
        return read;
    }

    private Sts sts() {
        return new Sts(
                section.text("sts-region").flatMap(s -> ScopeName.region(section, "sts-region", s)),
                section.text("sts-endpoint").flatMap(this::endpoint),
                section.has("fips") ? Optional.of(section.flag("fips")) : Optional.empty());
    }

    private Optional<String> matching(String key, Pattern form, String otherwise) {
        Optional<Setting> setting = section.text(key);
        setting.filter(s -> !form.matcher(s.text()).matches())
                .ifPresent(s -> section.fault(key, s.quoted() + " " + otherwise));
        return setting.map(Setting::text);
    }

    private Optional<String> endpoint(Setting setting) {
        Optional<String> fault = EndpointUrl.fault(setting.text(), "STS");
        fault.ifPresent(why -> section.fault("sts-endpoint", why));
        return fault.isPresent() ? Optional.empty() : Optional.of(setting.text());
    }
}
