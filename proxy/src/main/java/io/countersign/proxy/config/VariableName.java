package io.countersign.proxy.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One variable's name, and which settings it can mean: {@code _} stands for each dot and each dash of a setting. In a name that the operator
 * gave, {@code __} stands for {@code -} and {@code ___} for {@code _}.
 *
 * <p>Variables cannot carry case everywhere, so such a name is matched to those of the file whatever their case, and is lower
 * case where the file has none.
 */
final class VariableName {
    static final String PREFIX = "COUNTERSIGN_";

    /** A name that the operator gave, up to the single underscore after it. */
    private static final Pattern GIVEN = Pattern.compile("((?:[^_]|(?<!_)_{2,3}(?!_))+)(?:_(?!_)(.+))?");

    private static final Pattern FORMER = Pattern.compile("[^_]+(?:_{1,3}[^_]+)*");

    private final KeyTree known;
    private final String rest;
    private final ConfigValue written;

    /**
     * Makes one.
     *
     * @param rest of the name, after {@link #PREFIX}
     * @param written the file's settings, not yet resolved
     */
    VariableName(KeyTree known, String rest, ConfigValue written) {
        this.known = known;
        this.rest = rest;
        this.written = written;
    }

    /** The paths that it can mean, in order. */
    List<List<String>> meanings() {
        List<List<String>> found = new ArrayList<>();
        find(known, rest, new Written(written, List.of()), found);
        // The default credentials are a key and a name at once.
        return List.copyOf(new LinkedHashSet<>(found));
    }

    /** What it meant when only {@code __} stood for a dash; empty where that is no setting. */
    Optional<List<String>> formerMeaning() {
        return Optional.of(literally(rest, written)).filter(path -> !path.isEmpty() && known.has(path));
    }

    /** The path as the underscores alone say it; empty when these make no path. */
    List<String> literally() {
        return literally(rest, written);
    }

    /** The parts of the name, however many underscores are between them. */
    List<String> words() {
        return List.of(rest.toLowerCase(Locale.ROOT).split("_+", -1));
    }

    /** The name that comes nearest to this one, if one is near enough. */
    Optional<VariableName> nearest() {
        Set<String> names = new TreeSet<>();
        candidates(known, "", written, names);
        return NearestKey.within(Math.min(6, Math.max(2, rest.length() / 3)), rest, names)
                .map(name -> new VariableName(known, name, written));
    }

    @Override
    public String toString() {
        return PREFIX + rest;
    }

    static String ofKey(String key) {
        return key.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    static String ofName(String name) {
        return name.replace("_", "___").replace("-", "__").toUpperCase(Locale.ROOT);
    }

    /**
     * Where one is in the file's settings.
     *
     * @param value null where the file has nothing
     */
    private record Written(ConfigValue value, List<String> path) {
        Written in(String key) {
            List<String> inner = new ArrayList<>(path);
            inner.add(key);
            return new Written(child(value, key), inner);
        }
    }

    private static void find(KeyTree at, String rest, Written place, List<List<String>> found) {
        if (at.isOpen()) {
            List<String> inner = literally(rest, place.value());
            List<String> path = new ArrayList<>(place.path());
            path.addAll(inner);
            if (!inner.isEmpty()) {
                found.add(path);
            }
            return;
        }
        if (at.keys().isEmpty() && KeyTree.isIndex(rest)) {
            found.add(place.in(rest).path());
        }
        for (String key : at.keys()) {
            if (key.equals(KeyTree.NAME) || key.equals(KeyTree.INDEX)) {
                Matcher given = GIVEN.matcher(rest);
                if (given.matches() && (key.equals(KeyTree.NAME) || KeyTree.isIndex(given.group(1)))) {
                    for (String name : names(given.group(1), place.value())) {
                        go(at.child(key), given.group(2), place.in(name), found);
                    }
                }
            } else if (rest.equals(ofKey(key))) {
                found.add(place.in(key).path());
            } else if (rest.startsWith(ofKey(key) + "_")) {
                go(at.child(key), rest.substring(key.length() + 1), place.in(key), found);
            }
        }
    }

    private static void go(Optional<KeyTree> child, String rest, Written place, List<List<String>> found) {
        if (rest == null) {
            found.add(place.path());
        } else {
            find(child.orElseThrow(), rest, place, found);
        }
    }

    /** Those of the file that differ in case alone; in lower case when there is none. */
    private static List<String> names(String spelled, ConfigValue at) {
        String name = spelled.replace("___", "\0")
                .replace("__", "-")
                .replace('\0', '_')
                .toLowerCase(Locale.ROOT);
        List<String> same = keys(at).stream().filter(name::equalsIgnoreCase).toList();
        return same.isEmpty() ? List.of(name) : same;
    }

    private static List<String> literally(String rest, ConfigValue written) {
        List<String> path = new ArrayList<>();
        if (FORMER.matcher(rest).matches()) {
            ConfigValue at = written;
            for (String element : rest.split("(?<!_)_(?!_)", -1)) {
                String key = names(element, at).get(0);
                path.add(key);
                at = child(at, key);
            }
        }
        return path;
    }

    /** Every name that there could be, with the file's names and those of this variable in place of the operator's. */
    private void candidates(KeyTree at, String before, ConfigValue place, Set<String> names) {
        for (String key : at.keys()) {
            if (at.isFormer(key)) {
                continue;
            }
            Set<String> spelled = new TreeSet<>();
            if (key.equals(KeyTree.INDEX)) {
                spelled.add("0");
            } else if (key.equals(KeyTree.NAME)) {
                keys(place).forEach(name -> spelled.add(ofName(name)));
                if (rest.startsWith(before)) {
                    spelled.add(ownName(rest.substring(before.length()), at));
                }
            } else {
                spelled.add(ofKey(key));
            }
            spelled.remove("");
            for (String one : spelled) {
                names.add(before + one);
                candidates(at.child(key).orElseThrow(), before + one + "_", child(place, key), names);
            }
        }
    }

    /** The part of this variable's name that stands where a name is; all of it where nothing can follow. */
    private static String ownName(String from, KeyTree at) {
        if (at.child(KeyTree.NAME).orElseThrow().keys().isEmpty()) {
            return from.replaceAll("_+", "__");
        }
        Matcher given = GIVEN.matcher(from);
        return given.matches() ? given.group(1) : "";
    }

    private static Set<String> keys(ConfigValue at) {
        try {
            return at instanceof ConfigObject object ? object.keySet() : Set.of();
        } catch (ConfigException.NotResolved e) {
            // Put together from a ${...}: its keys are not known yet, so lower case it is.
            return Set.of();
        }
    }

    private static ConfigValue child(ConfigValue at, String key) {
        try {
            return at instanceof ConfigObject object ? object.get(key) : null;
        } catch (ConfigException.NotResolved e) {
            return null;
        }
    }

    /** The name of the variable that sets a path. */
    static String ofPath(String path) {
        return ofPath(KeyTree.of(FurtherKeys.NONE), path);
    }

    /** The name of the variable that sets a path, which may go on below what is known here. */
    static String ofPath(KeyTree known, String path) {
        StringBuilder name = new StringBuilder(PREFIX);
        Optional<KeyTree> at = Optional.of(known);
        String separator = "";
        for (String key : ConfigUtil.splitPath(path.replaceAll("\\[(\\d+)]", ".$1"))) {
            boolean given = at.isPresent()
                    && !at.get().hasKey(key)
                    && at.get().child(key).isPresent();
            name.append(separator).append(given ? ofName(key) : ofKey(key));
            at = at.flatMap(tree -> tree.child(key));
            separator = "_";
        }
        return name.toString();
    }
}
