package io.countersign.proxy.policy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Evaluates a policy as simply as the documentation reads: on maps and lists, with regular expressions and big numbers, and
 * without a line in common with what it checks.
 */
final class NaivePolicy {
    private static final String API = "arn:aws:execute-api:us-east-1:123456789012:abc123def4";

    private final Map<String, Object> policy;
    private final Map<String, String> context;

    /** @param context values by the key's name in lower case */
    NaivePolicy(Map<String, Object> policy, Map<String, String> context) {
        this.policy = policy;
        this.context = context;
    }

    String decide(String stage, String method, String path) {
        boolean allowed = false;
        boolean denied = false;
        for (Object element : list(policy.get("Statement"))) {
            Map<?, ?> statement = (Map<?, ?>) element;
            boolean denies = statement.get("Effect").equals("Deny");
            if (conditions(statement) && action(statement)) {
                boolean whole = resource(statement, API + "/" + stage + "/" + method + path);
                boolean cut = (path.endsWith("/") && path.length() > 1)
                        ? resource(statement, API + "/" + stage + "/" + method + path.substring(0, path.length() - 1))
                        : whole;
                denied |= denies && (whole || cut);
                allowed |= !denies && whole && cut;
            }
        }
        return denied ? "explicit-deny" : allowed ? "allow" : "implicit-deny";
    }

    private static boolean action(Map<?, ?> statement) {
        boolean not = statement.containsKey("NotAction");
        boolean named = list(statement.get(not ? "NotAction" : "Action")).stream()
                .anyMatch(pattern -> like(String.valueOf(pattern).toLowerCase(Locale.ROOT), "execute-api:invoke"));
        return named != not;
    }

    private static boolean resource(Map<?, ?> statement, String arn) {
        boolean not = statement.containsKey("NotResource");
        boolean named = list(statement.get(not ? "NotResource" : "Resource")).stream()
                .map(String::valueOf)
                .map(pattern -> pattern.startsWith("execute-api:") ? API + pattern.substring(12) : pattern)
                .anyMatch(pattern -> like(pattern, arn));
        return named != not;
    }

    private boolean conditions(Map<?, ?> statement) {
        Map<?, ?> conditions = (Map<?, ?>) statement.get("Condition");
        boolean all = true;
        for (Map.Entry<?, ?> operator : conditions == null ? Map.of().entrySet() : conditions.entrySet()) {
            for (Map.Entry<?, ?> key : ((Map<?, ?>) operator.getValue()).entrySet()) {
                all &= condition(
                        (String) operator.getKey(),
                        ((String) key.getKey()).toLowerCase(Locale.ROOT),
                        list(key.getValue()));
            }
        }
        return all;
    }

    private boolean condition(String operator, String key, List<?> values) {
        String actual = context.get(key);
        if (operator.equals("Null")) {
            return values.stream().anyMatch(value -> String.valueOf(value).equals(String.valueOf(actual == null)));
        }
        boolean not = operator.contains("Not");
        if (actual == null) {
            return not || operator.endsWith("IfExists");
        }
        String plain = operator.replace("IfExists", "").replace("Not", "");
        return values.stream().anyMatch(value -> one(plain, actual, String.valueOf(value))) != not;
    }

    private static boolean one(String operator, String actual, String value) {
        return switch (operator) {
            case "StringEquals", "Bool" -> actual.equals(value);
            case "StringEqualsIgnoreCase" -> actual.toLowerCase(Locale.ROOT).equals(value.toLowerCase(Locale.ROOT));
            case "StringLike" -> like(value, actual);
            case "ArnEquals", "ArnLike" -> arn(value, actual);
            case "IpAddress" -> inRange(value, actual);
            default -> {
                int order = seconds(actual).compareTo(seconds(value));
                yield switch (operator.replaceFirst("Numeric|Date", "")) {
                    case "Equals" -> order == 0;
                    case "LessThan" -> order < 0;
                    case "LessThanEquals" -> order <= 0;
                    case "GreaterThan" -> order > 0;
                    case "GreaterThanEquals" -> order >= 0;
                    default -> throw new IllegalArgumentException(operator);
                };
            }
        };
    }

    private static boolean arn(String pattern, String actual) {
        String[] patterns = pattern.split(":", 6);
        String[] parts = actual.split(":", 6);
        boolean all = patterns.length == 6 && parts.length == 6;
        for (int i = 0; all && i < 6; i++) {
            all = like(patterns[i], parts[i]);
        }
        return all;
    }

    static boolean like(String pattern, String text) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();
    }

    private static BigDecimal seconds(String text) {
        return text.contains("T")
                ? BigDecimal.valueOf(OffsetDateTime.parse(text).toEpochSecond())
                : new BigDecimal(text);
    }

    private static boolean inRange(String range, String address) {
        String[] parts = range.split("/", -1);
        byte[] network = bytes(parts[0]);
        byte[] actual = bytes(address);
        int bits = network.length * 8;
        int prefix = parts.length == 1 ? bits : Integer.parseInt(parts[1]);
        return network.length == actual.length
                && new BigInteger(1, network)
                        .shiftRight(bits - prefix)
                        .equals(new BigInteger(1, actual).shiftRight(bits - prefix));
    }

    private static byte[] bytes(String literal) {
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static List<?> list(Object value) {
        return value instanceof List<?> list ? list : List.of(value);
    }
}
