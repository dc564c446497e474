package io.countersign.proxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The policies that {@code docs/POLICIES.md} shows can be used as they are, and it names every key. */
class PolicyDocsTest {
    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final Api API = Api.parse("arn:aws:execute-api:us-east-1:123456789012:abc123def4");

    @Test
    void everyExampleIsAPolicyWithoutWarnings() throws IOException {
        List<String> examples =
                EXAMPLE.matcher(page()).results().map(result -> result.group(1)).toList();
        assertTrue(examples.size() >= 4, () -> examples.size() + " examples");
        for (String example : examples) {
            PolicyDocument policy = Policies.read(example);
            assertInstanceOf(PolicyDocument.Binding.Bound.class, policy.bind(API), example);
            assertEquals(
                    List.of(),
                    PolicyLint.of(policy).stream()
                            .filter(remark -> remark.kind() == Remark.Kind.WARNING)
                            .toList());
        }
    }

    @Test
    void namesEveryKeyAndNoOther() throws IOException {
        String page = page();
        for (ConditionKey key : ConditionKey.values()) {
            assertTrue(page.contains("`" + key + "`"), key::text);
        }
        Pattern.compile("^\\| `(aws:\\w+)`(?:, `(aws:\\w+)`)?", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map(MatchResult::group)
                .forEach(row -> assertTrue(
                        ConditionKey.named(row.replaceAll("^\\| `(aws:\\w+)`.*", "$1"))
                                .isPresent(),
                        row));
    }

    private static String page() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.exists(here.resolve("docs")) ? here : here.getParent();
        return Files.readString(root.resolve("docs/POLICIES.md"));
    }
}
