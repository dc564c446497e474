package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalPathTest {
    @ParameterizedTest
    @CsvSource({
        "/, /",
        "//, /",
        "/a, /a",
        "/a/, /a/",
        "//a//b//, /a/b/",
        "/., /",
        "/./, /",
        "/./a, /a",
        "/a/., /a",
        "/a/./, /a/",
        "/.., /",
        "/../a, /a",
        "/a/.., /",
        "/a/../, /",
        "/a/b/.., /a",
        "/a/b/../../c, /c",
        "/a/../../../c, /c",
        "/.a/..b/..., /.a/..b/...",
        "/%2e%2e/a, /%252e%252e/a",
        "/a%20b, /a%2520b",
        "/a%2Fb, /a%252Fb",
        "/a%2fb, /a%252fb",
        "/a+b, /a%2Bb",
        "/a;v=1, /a%3Bv%3D1",
        "/a:b@c, /a%3Ab%40c",
        "/-_.~, /-_.~",
        "/%E1%88%B4, /%25E1%2588%25B4",
        "/\u1234, /%E1%88%B4",
        "/a b, /a%20b",
    })
    void normalizesAndEncodesOnceMore(String path, String canonical) {
        assertEquals(canonical, write(path, PathStyle.AWS));
    }

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "//, //",
        "//a//b//, //a//b//",
        "/a/../b/./c, /a/../b/./c",
        "/a%20b%2Fc%2f, /a%20b%2Fc%2f",
        "/a+b;v=1:@!$&'*, /a+b;v=1:@!$&'*",
        "/\u1234 b, /%E1%88%B4%20b",
        "/a?b#c, /a%3Fb%23c",
        "/100%, /100%",
    })
    void takesThePathOfS3AsItWasSent(String path, String canonical) {
        assertEquals(canonical, write(path, PathStyle.S3));
    }

    @ParameterizedTest
    @CsvSource({"//a/./b%20c/../d+e, //a/./b%2520c/../d%2Be", "/, /", "//, //", "/a/, /a/"})
    void encodesOnceMoreWithoutNormalizing(String path, String canonical) {
        assertEquals(canonical, write(path, new PathStyle(false, true)));
    }

    @ParameterizedTest
    @CsvSource({"//a/./b%20c/../d+e, /a/d+e", "/, /", "//, /", "/a/.., /"})
    void normalizesWithoutEncodingOnceMore(String path, String canonical) {
        assertEquals(canonical, write(path, new PathStyle(true, false)));
    }

    private static String write(String path, PathStyle style) {
        ByteText to = new ByteText(1);
        to.append('|');
        CanonicalPath.write(path, style, to);
        return to.toString().substring(1);
    }
}
