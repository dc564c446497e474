package io.countersign.proxy.access;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.UnixUser;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Allow and deny rules that go by the user at the other end of a Unix socket; callers by TCP have none, and are not judged.
 *
 * @param allow empty: nobody is chosen here, and the permissions of the socket's file decide who can connect
 */
public record UserRules(Map<UnixUser, Entry> allow, Map<UnixUser, Entry> deny, AccessMode mode) implements KindRules {
    private static final Rule UNLISTED =
            new Rule(Rule.DEFAULT, "not in access.allow-users, and with such a list every other user is denied");
    private static final Verdict BY_THE_FILE = new Verdict.Allowed(new Rule(
            Rule.DEFAULT, "whom the socket's file lets connect may call while there is no access.allow-users"));

    /** What the JDK takes for a number, or for a name that a system would hardly give. */
    private static final Pattern ODD = Pattern.compile("\\s*|[-+].*|\\d{1,9}\\D.*|\\d{10,}.*", Pattern.DOTALL);

    public UserRules {
        allow = Map.copyOf(allow);
        deny = Map.copyOf(deny);
    }

    /**
     * One user of a list.
     *
     * @param source setting, such as {@code access.allow-users[0]}
     * @param text as written
     */
    public record Entry(String source, String text) {
        /** As verdicts name it. */
        public Rule rule() {
            return new Rule(source, text);
        }
    }

    /** With the deny entries of {@code other} besides its own. */
    UserRules denyingAs(UserRules other) {
        Map<UnixUser, Entry> both = new LinkedHashMap<>(deny);
        both.putAll(other.deny);
        return new UserRules(allow, both, mode);
    }

    /** Of the keys {@code allow-users} and {@code deny-users}. Asks the system who they are, which may block. */
    static UserRules read(Section access, AccessMode mode) {
        return new UserRules(read(access, "allow-users"), read(access, "deny-users"), mode);
    }

    private static Map<UnixUser, Entry> read(Section access, String key) {
        Map<UnixUser, Entry> users = new LinkedHashMap<>();
        List<Setting> settings = access.texts(key);
        for (int i = 0; i < settings.size(); i++) {
            Setting setting = settings.get(i);
            Entry entry = new Entry(access.path(key) + "[" + i + "]", setting.text());
            Optional<UnixUser> user = find(setting.text());
            if (user.isPresent()) {
                users.putIfAbsent(user.get(), entry);
            } else {
                access.fault(
                        key,
                        setting.quoted() + " is not a user of this system; write a name from /etc/passwd, or the user's"
                                + " number, such as 1000");
            }
        }
        return users;
    }

    /** The user of that name or number; asks the system, which may block. */
    public static Optional<UnixUser> find(String text) {
        if (ODD.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            UserPrincipal found =
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(text);
            return Optional.of(new UnixUser(found));
        } catch (UserPrincipalNotFoundException e) {
            return Optional.empty();
        } catch (IOException | UnsupportedOperationException e) {
            // Not to be found out now; a list without it would let somebody in, or keep somebody out.
            return Optional.empty();
        }
    }

    @Override
    public boolean choosesCallers() {
        return !allow.isEmpty();
    }

    @Override
    public Optional<Verdict> judge(Caller caller) {
        return caller.user().map(this::decide);
    }

    private Verdict decide(UnixUser user) {
        Entry denied = deny.get(user);
        if (denied != null) {
            return mode.denial(denied.rule());
        }
        if (allow.isEmpty()) {
            return BY_THE_FILE;
        }
        Entry allowed = allow.get(user);
        return allowed == null ? mode.denial(UNLISTED) : new Verdict.Allowed(allowed.rule());
    }
}
