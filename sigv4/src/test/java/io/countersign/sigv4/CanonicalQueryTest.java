package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalQueryTest {
    private final CanonicalQuery query = new CanonicalQuery();

    @ParameterizedTest
    @CsvSource({
        "b=2&a=1, a=1&b=2",
        "a=2&a=1&a=, a=&a=1&a=2",
        "a=1&a=1, a=1&a=1",
        "B=1&a=1&A=1, A=1&B=1&a=1",
        "a, a=",
        "a&b=, a=&b=",
        "a=b=c, a=b%3Dc",
        "a[]=1&a1=2, a%5B%5D=1&a1=2",
        "a1=2&a%5b%5d=1, a%5B%5D=1&a1=2",
        "match[]=up{job=\"n\"}, match%5B%5D=up%7Bjob%3D%22n%22%7D",
        // By name first: '-' and '.' come before '=' in ASCII, which must not count.
        "a.b=1&a-b=1&a=1, a=1&a-b=1&a.b=1",
        "%61=%7e, a=~",
        "a=%e1%88%b4, a=%E1%88%B4",
        "a=\u1234, a=%E1%88%B4",
        "a=-_.~!*'();:@$/?, a=-_.~%21%2A%27%28%29%3B%3A%40%24%2F%3F",
        "a=%252F, a=%252F",
    })
    void sortsAndEncodesStrictly(String sent, String canonical) {
        assertEquals(canonical, canonical(sent));
    }

    @ParameterizedTest
    @CsvSource({"a=b+c, a=b%20c", "a+b=c, a%20b=c", "a=b%20c, a=b%20c", "a=b%2Bc, a=b%2Bc"})
    void takesAPlusForASpace(String sent, String canonical) {
        assertEquals(canonical, canonical(sent));
    }

    @ParameterizedTest
    @CsvSource({"a=%, a=%25", "a=%4, a=%254", "a=%zz, a=%25zz", "a=%4z, a=%254z", "%&a=1, %25=&a=1", "a=%25, a=%25"})
    void takesAPercentThatBeginsNoEscapeForItself(String sent, String canonical) {
        assertEquals(canonical, canonical(sent));
    }

    @ParameterizedTest
    @CsvSource({"&, ''", "&&a=1&&, a=1", "=, =", "=v, =v", "a=1&=v&b, =v&a=1&b="})
    void leavesOutWhatIsNoParameterButNotOneWithoutName(String sent, String canonical) {
        assertEquals(canonical, canonical(sent));
    }

    @Test
    void isEmptyWithoutAQuery() {
        assertEquals("", canonical(null));
        assertEquals("", canonical(""));
    }

    @Test
    void sortsMoreParametersThanFitItsFirstArrays() {
        String sent = IntStream.range(0, 1000)
                .mapToObj(i -> "p" + (9999 - i) + "=" + i)
                .collect(Collectors.joining("&"));
        String sorted = IntStream.range(0, 1000)
                .mapToObj(i -> "p" + (9000 + i) + "=" + (999 - i))
                .collect(Collectors.joining("&"));

        assertEquals(sorted, canonical(sent));
        assertEquals("a=1", canonical("a=1"));
    }

    private String canonical(String sent) {
        query.read(sent);
        ByteText to = new ByteText(1);
        query.write(to);
        return to.toString();
    }
}
