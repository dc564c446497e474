package io.countersign.proxy.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteListTest {
    @Test
    void readsWhereAListIs() {
        RemoteList url = RemoteList.parse("https://config.internal:8443/a/deny.list?token=s3cret");
        assertEquals("config.internal:8443", url.server().toString());
        assertEquals("/a/deny.list?token=s3cret", url.target());
        assertEquals("https://config.internal:8443/a/deny.list?...", url.shown());
        assertEquals(url.shown(), url.toString());
        assertEquals("/", RemoteList.parse("https://config.internal").target());
        RemoteList object = RemoteList.parse("s3://bucket.name/a/b c.list");
        assertEquals("bucket.name", object.bucket());
        assertEquals("a/b c.list", object.key());
        assertEquals("/a/b", RemoteList.parse("ssm:/a/b").parameter());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://config.internal/list",
                "ftp://host/list",
                "https://",
                "https:///list",
                "https://user:s3cret@host/list",
                "https://host/list#s3cret",
                "https://host/s3cret list",
                "https://host/s3cret\r\nHost: x",
                "https://169.254.169.254/latest",
                "https://[fd00:ec2::254]/latest",
                "https://host:0/list",
                "s3://bucket",
                "s3://bucket/",
                "s3://Bucket/key",
                "s3://bucket/a\nb",
                "ssm:name",
                "ssm:/a b",
                "ssm:/a:3",
                "ssm:"
            })
    void refusesOthersWithoutShowingASecret(String text) {
        assertTrue(RemoteList.isRemote(text));
        String why = assertThrows(IllegalArgumentException.class, () -> RemoteList.parse(text))
                .getMessage();
        assertFalse(why.contains("s3cret"), why);
        assertTrue(why.length() > 20, why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"deny.list", "/etc/deny.list", "a:b", "teams/ssm.list", "C:/lists/deny.list", "../x"})
    void takesOthersForFiles(String text) {
        assertFalse(RemoteList.isRemote(text));
    }
}
