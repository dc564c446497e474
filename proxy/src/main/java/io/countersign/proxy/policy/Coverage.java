package io.countersign.proxy.policy;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.policy.Operator.Comparison;
import java.util.List;

/** Whether one statement matches all that another one does. Where it isn't plain, the answer is no. */
final class Coverage {
    private Coverage() {}

    static boolean covers(Statement wide, Statement narrow) {
        return wide.invokes()
                && covers(wide.resources(), narrow.resources())
                && wide.conditions().stream()
                        .allMatch(
                                condition -> narrow.conditions().stream().anyMatch(other -> follows(condition, other)));
    }

    private static boolean covers(Statement.Resources wide, Statement.Resources narrow) {
        if (wide.areAll()) {
            return true;
        }
        return !wide.not()
                && !narrow.not()
                && narrow.patterns().stream()
                        .allMatch(one -> wide.patterns().stream().anyMatch(all -> covers(all.text(), one.text())));
    }

    /** Whether every text of the pattern {@code narrow} is one of {@code wide}. */
    static boolean covers(String wide, String narrow) {
        boolean[] row = new boolean[narrow.length() + 1];
        row[0] = true;
        for (int i = 0; i < wide.length(); i++) {
            boolean[] next = new boolean[narrow.length() + 1];
            char c = wide.charAt(i);
            next[0] = c == '*' && row[0];
            for (int j = 1; j <= narrow.length(); j++) {
                char other = narrow.charAt(j - 1);
                next[j] = c == '*' ? row[j] || next[j - 1] : row[j - 1] && (c == other || c == '?') && other != '*';
            }
            row = next;
        }
        return row[narrow.length()];
    }

    /** Whether a condition holds wherever another one does. */
    private static boolean follows(Condition wide, Condition narrow) {
        if (wide.saysTheSame(narrow)) {
            return true;
        }
        return wide.key() == narrow.key()
                && wide.operator().comparison() == Comparison.IP_ADDRESS
                && narrow.operator().comparison() == Comparison.IP_ADDRESS
                && !narrow.operator().ifExists()
                && ranges(narrow).stream().allMatch(one -> ranges(wide).stream().anyMatch(all -> all.covers(one)));
    }

    /** Of a condition on addresses. */
    static List<Cidr> ranges(Condition condition) {
        return condition.values().stream()
                .map(value -> Cidr.parse(value.text()))
                .toList();
    }
}
