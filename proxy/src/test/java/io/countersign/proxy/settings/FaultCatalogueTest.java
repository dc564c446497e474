package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every mistake is one fault, which names the place and the remedy. */
class FaultCatalogueTest {

    /** What stands inside countersign, the path that the fault names, and a part of the remedy. */
    static Stream<Arguments> mistakes() {
        return Stream.of(
                // Keys, types and units.
                of("limits.in-flght = 5", "limits.in-flght", "did you mean \"in-flight\"?"),
                of("limits.in_flight = 5", "limits.in_flight", "did you mean \"in-flight\"?"),
                of("acess { allow = [] }", "acess", "did you mean \"access\"?"),
                of("routes.m.upstraem = x", "routes.m.upstraem", "did you mean \"upstream\"?"),
                of("routes.m.tls.verify = false", "routes.m.tls.verify", "ca"),
                of("limits.connections = many", "limits.connections", "not a whole number from 1 to 100000"),
                of("limits.connections = 0", "limits.connections", "from 1 to 100000"),
                of("limits.connections = 100001", "limits.connections", "from 1 to 100000"),
                of("limits.connections = [1]", "limits.connections", "is a list; write one value"),
                of("limits = 5", "limits", "write an object in braces: limits { ... }"),
                of("limits.body = 10 megs", "limits.body", "write a number and a unit (B, KiB, MiB, kB, MB)"),
                of("limits.body = -1", "limits.body", "is not a size"),
                of(
                        "limits { buffered = 5 MiB, body = 10 MiB }",
                        "limits.body",
                        "10 MiB does not fit limits.buffered (5 MiB)"),
                of("routes.m.limits.body = 11 MiB", "routes.m.limits.body", "(10485760); write at most 10 MiB"),
                of("timeouts.request = 29", "timeouts.request", "write a number and a unit (ms, s, m, h, d)"),
                of("timeouts.request = 0 s", "timeouts.request", "from 10 ms to 1 h"),
                of("timeouts.request = 61 m", "timeouts.request", "from 10 ms to 1 h"),
                of("timeouts.connect = 30 s", "timeouts.connect", "longer than the whole request may take (29 s)"),
                of("routes.m.timeouts.conect = 1 s", "routes.m.timeouts.conect", "did you mean \"connect\"?"),
                of("drain { quiet = 9 s, max = 8 s }", "drain.quiet", "longer than drain.max (8 s)"),
                of("log.access = some", "log.access", "not one of all, errors, sample"),
                of("log.level = inof", "log.level", "did you mean \"info\"?"),
                of("unknown-keys = ignore", "unknown-keys", "error, warn"),
                of(
                        "listeners = [{ bind = \"127.0.0.1:0\", proxy-protocol = required }]",
                        "listeners[0].proxy-protocol-from",
                        "is empty, so nobody could connect while proxy-protocol is required; write the addresses"),
                of(
                        "listeners = [{ bind = \"127.0.0.1:0\", proxy-protocol-from = [\"10.0.0.0/24\"] }]",
                        "listeners[0].proxy-protocol-from",
                        "write proxy-protocol = required as well"),
                of(
                        "listeners = [{ bind = \"127.0.0.1:0\", proxy-protocol = on, proxy-protocol-from = [\"10.0.0.0/24\"] }]",
                        "listeners[0].proxy-protocol",
                        "not one of off, required"),
                of(
                        "listeners = [{ bind = \"127.0.0.1:0\", proxy-protocol = required, proxy-protocol-from = [\"10.0.0.5/24\"] }]",
                        "listeners[0].proxy-protocol-from",
                        "write 10.0.0.0/24"),
                of(
                        "listeners = [{ bind = \"127.0.0.1:0\", proxy-protocol = required, proxy-protocol-from = [\"::/0\"] }]",
                        "listeners[0].proxy-protocol-from",
                        "is everybody"),
                // Addresses.
                of(
                        "listeners = [{ bind = \"127.0.0.1:9123\" }], routes.m { upstream = \"http://127.0.0.1:9123\", service = es, region = us-east-1 }",
                        "routes.m.upstream",
                        "own listener 127.0.0.1:9123"),
                of(
                        "listeners = [{ bind = \"[::1]:9123\" }], routes.m { upstream = \"http://localhost:9123/x\", service = es, region = us-east-1 }",
                        "routes.m.upstream",
                        "own listener [::1]:9123"),
                of("listeners = []", "listeners", "127.0.0.1:8005"),
                // Unix sockets.
                of(
                        "listeners = [{ bind = \"unix:run/http.sock\" }]",
                        "listeners[0].bind",
                        "no absolute path of a file"),
                of("listeners = [{ bind = \"unix:@http\" }]", "listeners[0].bind", "unix:/run/countersign/http.sock"),
                of("listeners = [{ bind = \"unix:/\" }]", "listeners[0].bind", "no absolute path of a file"),
                of(
                        "listeners = [{ bind = \"unix:/run/" + "x".repeat(103) + "\" }]",
                        "listeners[0].bind",
                        "is too long by 1 byte: a system takes 107 bytes"),
                of(
                        "listeners = [{ bind = \"unix:/run/" + "é".repeat(51) + "/http.sock\" }]",
                        "listeners[0].bind",
                        "is too long by 12 bytes"),
                of(
                        "listeners = [{ bind = \"unix:/a/s\" }, { bind = \"unix:///a/s\" }]",
                        "listeners[1].bind",
                        "unix:/a/s is bound twice"),
                of(
                        "listeners = [{ bind = \"unix:/a/s\", mode = 0668 }]",
                        "listeners[0].mode",
                        "an octal number such as 0660"),
                of("listeners = [{ bind = \"unix:/a/s\", mode = \"4660\" }]", "listeners[0].mode", "an octal number"),
                of(
                        "listeners = [{ bind = \"unix:/a/s\", mode = \"0444\" }]",
                        "listeners[0].mode",
                        "lets nobody connect"),
                of(
                        "listeners = [{ bind = \"unix:/a/s\", mode = \"0600\", group = agents }]",
                        "listeners[0].mode",
                        "lets nobody of the group connect; write 0660"),
                of(
                        "listeners = [{ bind = \"127.0.0.1:0\", mode = \"0660\" }]",
                        "listeners[0].mode",
                        "is a setting of Unix sockets"),
                of(
                        "listeners = [{ bind = \"127.0.0.1:0\", group = agents }]",
                        "listeners[0].group",
                        "is a setting of Unix sockets"),
                of(
                        "listeners = [{ bind = \"unix:/a/s\", proxy-protocol = required, proxy-protocol-from = [\"10.0.0.1\"] }]",
                        "listeners[0].proxy-protocol",
                        "this is a Unix socket"),
                of("admin.bind = \"unix:/run/admin.sock\"", "admin.bind", "has no valid port"),
                of(
                        "access.allow-users = [no-such-user]",
                        "access.allow-users",
                        "not a user of this system; write a name from"),
                of("access.deny-users = [\"+0\"]", "access.deny-users", "not a user of this system"),
                of("access.allow-users = [4294967294]", "access.allow-users", "not a user of this system"),
                of("access.allow-users = 1000", "access.allow-users", "write a list in brackets"),
                of("listeners = [\"127.0.0.1:8005\"]", "listeners[0]", "{ bind = ... }"),
                of("listeners = [{ bind = \"127.0.0.1\" }]", "listeners[0].bind", "has no port; write host:port"),
                of("listeners = [{ bind = \":8005\" }]", "listeners[0].bind", "has no host"),
                of("listeners = [{ bind = \"::1:8005\" }]", "listeners[0].bind", "in brackets, such as [::1]:8005"),
                of("listeners = [{ bind = \"127.1:8005\" }]", "listeners[0].bind", "all four numbers"),
                of("listeners = [{ bind = \"127.0.0.1:65536\" }]", "listeners[0].bind", "0 to 65535"),
                of("listeners = [{ bind = \"db.example:8005\" }]", "listeners[0].bind", "write the address itself"),
                of("listeners = [{ head-timeout = 1 s }]", "listeners[0].bind", "is missing"),
                of(
                        "listeners = [{ bind = \"0.0.0.0:8005\" }]",
                        "listeners[0].bind",
                        "refuses to listen elsewhere without an allow list; set access.allow"),
                of("listeners = [{ bind = \"[::]:8005\" }]", "listeners[0].bind", "refuses to listen elsewhere"),
                of("listeners = [{ bind = \"10.0.0.1:8005\" }]", "listeners[0].bind", "refuses to listen elsewhere"),
                of(
                        "listeners = [{ bind = \"127.0.0.1:1\" }, { bind = \"127.0.0.1:1\" }]",
                        "listeners[1].bind",
                        "is bound twice"),
                of("admin.bind = \"localhost:8005\"", "admin.bind", "is the address of a listener"),
                of("admin.bind = \"0.0.0.0:8005\"", "admin.bind", "write another port"),
                // Access.
                of("access.allow = [\"10.0.0.5/8\"]", "access.allow[0]", "write 10.0.0.0/8"),
                of("access.allow = \"10.0.0.0/8\"", "access.allow", "write a list in brackets"),
                of("access.deny = [\"\"]", "access.deny[0]", "is missing"),
                of("access.trusted-proxies = [\"10.0.0.5/8\"]", "access.trusted-proxies", "write 10.0.0.0/8"),
                of("access.trusted-proxies = [\"0.0.0.0/0\"]", "access.trusted-proxies", "is everybody"),
                of("access.trusted-proxies = [proxy]", "access.trusted-proxies", "names are not looked up"),
                of(
                        "access.trusted-proxies = [" + networks(257) + "]",
                        "access.trusted-proxies",
                        "has 257 entries, and at most 256"),
                of("access.deny-files = [\"none.list\"]", "access.deny-files[0]", "there is no file"),
                of("access.allowed-hosts = [\"a:80\"]", "access.allowed-hosts", "no port here"),
                of("access.allowed-hosts = [\"::1\"]", "access.allowed-hosts", "in brackets, such as [::1]"),
                of("access.allowed-hosts = [\"*\"]", "access.allowed-hosts", "letters, digits, hyphens and dots"),
                of("access.allowed-hosts = [\"0.0.0.0\"]", "access.allowed-hosts", "name that callers use"),
                of("access.allowed-hosts = []", "access.allowed-hosts", "such as localhost"),
                of("access.deny-status = 404", "access.deny-status", "403, 503"),
                // Routes.
                of("routes.m.upstream = null", "routes.m.upstream", "is null; write a value"),
                of("routes.n {}", "routes.n.upstream", "set the URL"),
                upstream("example.com/x", "write one such as https://host/stage"),
                upstream("ftp://h/", "write https://..."),
                upstream("http://10.0.0.1/", "write https://"),
                upstream(
                        "http://localhost.example.com/",
                        "localhost, 127.x.x.x and [::1], and for private addresses with upstream.plain-http"),
                upstream("https://u:p@h.example/", "take it out"),
                upstream("https://h.example/?a=1", "the caller's own query is sent"),
                upstream("https://h.example/#f", "fragment"),
                upstream("https://h.example:0/", "from 1 to 65535"),
                upstream("https://h.example/a/../b", "dot segment"),
                upstream("https://h.example/a/%2e%2E/b", "dot segment"),
                upstream("https://h.example/%zz", "two hexadecimal digits"),
                upstream("https://h.example/a//b", "write one slash"),
                upstream("https://h.example/a%5cb", "backslash"),
                upstream("https://0177.0.0.1/", "leading zero"),
                upstream("https://0x7f000001/", "names are not looked up"),
                upstream("https://2130706433/", "all four numbers"),
                upstream("https://169.254.169.254/latest", "write the API's host"),
                upstream("https://[fd00:ec2::254]/", "write the API's host"),
                upstream("https://[64:ff9b::169.254.169.254]/", "write the API's host"),
                upstream("https://[::ffff:169.254.169.254]/", "write the API's host"),
                upstream("https://[fe80::1]/", "write the API's host"),
                upstream("https://[::ffff:0:a9fe:a9fe]/", "write the API's host"),
                upstream("https://[2002:a9fe:a9fe::]/", "write the API's host"),
                upstream("https://[::a9fe:a9fe]/", "write the API's host"),
                upstream("https://[64:ff9b::7f00:1]/", "write the API's host"),
                upstream("https://[ff02::1]/", "write the API's host"),
                upstream("https://224.0.0.1/", "write the API's host"),
                upstream("https://255.255.255.255/", "write the API's host"),
                upstream("http://[::7f00:1]/", "write https"),
                of("routes.m.upstream = { connect = \"h:1\" }", "routes.m.upstream.url", "is missing"),
                of(
                        "routes.m.upstream = { url = \"http://203.0.113.9/\", plain-http = true }",
                        "routes.m.upstream.url",
                        "plain-http is for private ones alone"),
                of(
                        "routes.m.upstream = { url = \"http://169.254.169.254/\", plain-http = true }",
                        "routes.m.upstream.url",
                        "write the API's host"),
                of(
                        "routes.m { upstream { url = \"http://a.example/\", plain-http = true, connect = \"203.0.113.9:80\" },"
                                + " service = es, region = us-east-1 }",
                        "routes.m.upstream.connect",
                        "plain-http is for private ones alone"),
                of(
                        "routes.m.upstream { url = \"" + Load.GATEWAY + "\", plain-http = true }",
                        "routes.m.upstream.plain-http",
                        "means nothing with an https URL"),
                of("routes.m.tls.verify = false", "routes.m.tls.verify", "in tls.pin, as printed by openssl"),
                of("routes.m.tls.pin = [ab]", "routes.m.tls.pin", "write its 64 hexadecimal digits"),
                of(
                        "routes.m.tls { verify = false, pin = [" + "a".repeat(64) + "] }",
                        "routes.m.tls.verify",
                        "means nothing with tls.pin"),
                of(
                        "routes.m { upstream = from-host, match.hosts = [aws], service = ec2 }",
                        "routes.m.service",
                        "upstream = \"https://HOST\""),
                of(
                        "routes.m { upstream = from-host, match.hosts = [aws], auth = none }",
                        "routes.m.auth",
                        "or name the URL"),
                of(
                        "routes.m { upstream = from-host, match.hosts = [aws], buckets = [\"*\"], path-encoding = single }",
                        "routes.m.path-encoding",
                        "take it out"),
                of(
                        "routes.m { upstream = from-host, match.hosts = [aws], buckets = [\"*\"], policy-context.api-arn = \"arn:aws:execute-api:us-east-1:123456789012:a\" }",
                        "routes.m.policy-context.api-arn",
                        "take it out"),
                of(
                        "routes.m { upstream = from-host, match.hosts = [h.example] }",
                        "routes.m.match.hosts",
                        "take it out"),
                of("routes.m.upstream { url = from-host, sni = a.example }", "routes.m.upstream.sni", "take it out"),
                of(
                        "routes.m.upstream { url = from-host, connect = \"169.254.169.254:443\" }",
                        "routes.m.upstream.connect",
                        "write the API's host"),
                of(
                        "routes { m { upstream = from-host, match.hosts = [aws], buckets = [\"*\"] }, n { upstream = from-host, match.hosts = [aws], buckets = [\"*\"] } }",
                        "routes.n",
                        "a different path-prefix, methods or hosts"),
                of(
                        "routes.m { upstream = from-host, buckets = [b-1] }",
                        "routes.m.match.hosts",
                        "dynamodb.*.amazonaws.com"),
                of(
                        "routes.m { upstream = from-host, match.hosts = [aws, sts.us-east-1.amazonaws.com], service = sts }",
                        "routes.m.match.hosts",
                        "take it out, or the others"),
                of(
                        "routes.m { upstream = from-host, match.hosts = [\"*.us-east-1.amazonaws.com\"] }",
                        "routes.m.match.hosts",
                        "is not a host of AWS that is known"),
                of(
                        "routes.m { upstream = from-host, service = sts, match.hosts = [\"sqs.*.amazonaws.com\"] }",
                        "routes.m.match.hosts",
                        "is not a host of AWS that is known for sts"),
                of(
                        "routes.m { upstream = from-host, match.hosts = [\"s*.us-east-1.amazonaws.com\"] }",
                        "routes.m.match.hosts",
                        "* stands for one whole label"),
                of(
                        "routes.m { upstream = from-host, match.hosts = [\"*.*.*.*.*\"] }",
                        "routes.m.match.hosts",
                        "more than 4 asterisks"),
                of(
                        "routes.m { upstream = from-host, match.hosts = [\"*.s3.us-east-1.amazonaws.com\"] }",
                        "routes.m.buckets",
                        "expected-bucket-owner"),
                of(
                        "routes.m { upstream = from-host, match.hosts = [s3.us-east-1.amazonaws.com, b-1.s3.us-east-1.amazonaws.com] }",
                        "routes.m.buckets",
                        "expected-bucket-owner"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [sts] }",
                        "routes.n.regions",
                        "such as [us-east-1, eu-west-1]"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, regions = [us-east-1] }",
                        "routes.n.services",
                        "such as [dynamodb, sts]"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [sts, dynamodb], regions = [nowhere, us-east-1] }",
                        "routes.n.regions",
                        "\"nowhere\" is not a region"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [execute-api], regions = [us-east-1] }",
                        "routes.n.services",
                        "upstream = from-host and match.hosts"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [neptune-db], regions = [us-east-1] }",
                        "routes.n.services",
                        "upstream = from-host and match.hosts"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [dynamobd], regions = [us-east-1] }",
                        "routes.n.services",
                        "did you mean \"dynamodb\"?"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [\"*\"], regions = [us-east-1] }",
                        "routes.n.services",
                        "is not a service to sign for"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [sts], regions = [\"*\"] }",
                        "routes.n.regions",
                        "is not a region"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [sts], regions = [us-east-1], region = us-east-1 }",
                        "routes.n.region",
                        "write regions = [...]"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [sts], regions = [us-east-1], cors = [\"https://a.example\"] }",
                        "routes.n.cors",
                        "take it out"),
                of(
                        "routes.m { service = from-scope, services = [sts], regions = [us-east-1], upstream = \"https://sts.us-east-1.amazonaws.com\" }",
                        "routes.m.upstream",
                        "an address to connect to"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [sts], regions = [us-east-1], auth = none }",
                        "routes.n.auth",
                        "or name the URL"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [s3], regions = [us-east-1] }",
                        "routes.n.buckets",
                        "Write buckets = [NAME]"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [s3], regions = [us-east-1], buckets = [\"logs-*\"] }",
                        "routes.n.buckets",
                        "write names in full"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [s3], regions = [us-east-1], expected-bucket-owner = 1234 }",
                        "routes.n.expected-bucket-owner",
                        "12 digits in quotes"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [s3], regions = [us-east-1], expected-bucket-owner = \"123456789012\", headers.set { X-Amz-Expected-Bucket-Owner = a } }",
                        "routes.n.expected-bucket-owner",
                        "take one of the two out"),
                of(
                        "routes.n { match.path-prefix = \"/n\", service = from-scope, services = [sts], regions = [us-east-1], buckets = [b-1] }",
                        "routes.n.buckets",
                        "unless the route signs for s3"),
                of("routes.m.services = [sts]", "routes.m.services", "unless service = from-scope"),
                of("routes.m.regions = [us-east-1]", "routes.m.regions", "unless service = from-scope"),
                of("routes.m.buckets = [b-1]", "routes.m.buckets", "unless the route signs for s3"),
                of("access.unlisted-advice = \"ä\"", "access.unlisted-advice", "write one short sentence"),
                of("routes.m.log-failed = 2001", "routes.m.log-failed", "from 0 to 2000"),
                of("routes.m.headers.duplicate = [Connection]", "routes.m.headers.duplicate", "hop-by-hop"),
                of("routes.m.headers.duplicate = [X-Amz-Security-Token]", "routes.m.headers.duplicate", "a credential"),
                of("routes.m.headers.duplicate = [\"a b\"]", "routes.m.headers.duplicate", "is not a header name"),
                of(
                        "routes.m.headers { duplicate = [X-A], remove = [x-a] }",
                        "routes.m.headers.duplicate",
                        "also in headers.remove"),
                of(
                        "routes.m.headers { duplicate = [X-A], set { x-original-x-a = 1 } }",
                        "routes.m.headers.duplicate",
                        "also in headers.set"),
                of(
                        "routes.m.upstream = { url = \"" + Load.GATEWAY + "\", sni = \"10.0.0.1\" }",
                        "routes.m.upstream.sni",
                        "write the name in the certificate"),
                of(
                        "routes.m.upstream = { url = \"" + Load.GATEWAY + "\", connect = \"169.254.1.1:1\" }",
                        "routes.m.upstream.connect",
                        "write the API's host"),
                of(
                        "routes.m.upstream = { url = \"http://localhost/\", connect = \"10.0.0.1:1\" }, routes.m.service = s3,"
                                + " routes.m.region = us-east-1",
                        "routes.m.upstream.connect",
                        "write an https URL"),
                of(
                        "routes.m.upstream = \"https://api.example.com/\"",
                        "routes.m.service",
                        "set service and region (execute-api for an API Gateway behind a name of your own)"),
                of(
                        "routes.m { upstream = \"https://api.example.com/\", service = es }",
                        "routes.m.region",
                        "set region"),
                of("routes.m.region = \"us east\"", "routes.m.region", "such as us-east-1"),
                of("routes.m.service = \"Execute API\"", "routes.m.service", "such as execute-api"),
                of(
                        "routes.n { upstream = \"" + Load.GATEWAY + "\" }",
                        "routes.n",
                        "a different path-prefix, methods or hosts"),
                of(
                        "routes.m { strip-prefix = \"/b\", match.path-prefix = \"/a/b\" }",
                        "routes.m.strip-prefix",
                        "write whole segments"),
                of(
                        "routes.m { strip-prefix = \"/a\", match.path-prefix = \"/ab\" }",
                        "routes.m.strip-prefix",
                        "is not the front"),
                of("routes.m.match.path-prefix = \"a\"", "routes.m.match.path-prefix", "write /a"),
                of(
                        "routes.m.match.path-prefix = \"/a%2Fb\"",
                        "routes.m.match.path-prefix", "a prefix that ends before it"),
                of("routes.m.match.path-prefix = \"/a/\"", "routes.m.match.path-prefix", "write /a,"),
                of("routes.m.match.methods = [post]", "routes.m.match.methods", "POST"),
                of("routes.m.match.methods = [CONNECT]", "routes.m.match.methods", "is not a method that is passed on"),
                of("routes.m.match.hosts = [\"metrics\"]", "routes.m.match", "add it there"),
                of("routes.m.credentials = defalt", "routes.m.credentials", "did you mean \"default\"?"),
                of("routes.m.auth = iam", "routes.m.auth", "none, sigv4"),
                of("routes.m.cors = [\"*\"]", "routes.m.cors", "such as https://grafana.example.com"),
                of("routes.m.cors = [\"https://a.example/\"]", "routes.m.cors", "without a path"),
                of("routes.m.cors-headers = [\"a, b\"]", "routes.m.cors-headers", "write each by itself"),
                of(
                        "routes.m.cors-exposed-headers = [\"x:\"]",
                        "routes.m.cors-exposed-headers",
                        "not the name of a header"),
                of("routes.m.cors-max-age = 2 days", "routes.m.cors-max-age", "0 s to 24 h"),
                of("routes.m.tls.ca = none.pem", "routes.m.tls.ca", "there is no file"),
                of(
                        "routes.\"a b\" { upstream = \"" + Load.GATEWAY + "\", match.path-prefix = \"/q\" }",
                        "a b",
                        "write up to 64 letters"),
                // Headers.
                header("Host", "upstream { url = ..., host = ... }"),
                header("Content-Length", "follows from the body"),
                header("Transfer-Encoding", "hop-by-hop"),
                header("Connection", "hop-by-hop"),
                header("authorization", "auth = none"),
                header("X-Amz-Date", "set by the signer"),
                header("x-amz-security-token", "set by the signer"),
                header("bad name", "letters, digits and hyphens"),
                of("routes.m.headers.set { X-A = a, x-a = b }", "routes.m.headers.set", "keep one"),
                of("routes.m.headers { set { X-A = a }, remove = [x-a] }", "routes.m.headers.remove", "take it out"),
                of("routes.m.headers.remove = [Host]", "routes.m.headers.remove", "host = ..."),
                of("routes.m.headers.set.x-a = \"a\\nb\"", "routes.m.headers.set.x-a", "write printable ASCII"),
                of("routes.m.headers.set.x-a = \"\"", "routes.m.headers.set.x-a", "is empty"),
                of("routes.m.headers.set.x-a = \"file:none\"", "routes.m.headers.set.x-a", "there is no file"),
                of("routes.m.signed-headers = [user-agent]", "routes.m.signed-headers", "break the signature"),
                // Credentials.
                of("credentials.c { access-key-id = AKID }", "credentials.c.secret-access-key", "is missing"),
                of(
                        "credentials.c { session-token = t, secret-access-key = s }",
                        "credentials.c.access-key-id",
                        "is missing"),
                of(
                        "credentials.c { access-key-id = ASIA1234, secret-access-key = s }",
                        "credentials.c.session-token",
                        "set its token"),
                of(
                        "credentials.c { profile = p, access-key-id = AKID, secret-access-key = s }",
                        "credentials.c.profile",
                        "keep one of them"),
                of(
                        "credentials.c { access-key-id = \"AK ID\", secret-access-key = s }",
                        "credentials.c.access-key-id",
                        "as AWS gave it"),
                of(
                        "credentials.c { role-arn = \"arn:aws:iam::12:role/r\" }",
                        "credentials.c.role-arn",
                        "write arn:aws:iam::ACCOUNT:role/NAME"),
                of("credentials.c { external-id = x1 }", "credentials.c.external-id", "set role-arn too"),
                role("duration = 14 m", "duration", "from 15 m to 12 h"),
                role("session-name = \"a b\"", "session-name", "2 to 64"),
                role("sts-endpoint = \"http://sts.example\"", "sts-endpoint", "https://sts.us-east-1.amazonaws.com"),
                role("sts-endpoint = \"https://169.254.169.254/\"", "sts-endpoint", "write STS's host"),
                role("sts-endpoint = \"https://[64:ff9b::a9fe:a9fe]/\"", "sts-endpoint", "write STS's host"),
                role("source = nobody", "source", "there are no credentials \"nobody\""),
                of("credentials.c.source = default", "credentials.c.source", "set role-arn"),
                of("credentials.c.type = imds", "credentials.c.type", "not one of container, default, environment"),
                of("credentials.c.type = profile", "credentials.c.type", "set profile = NAME"),
                of("credentials.c.type = static", "credentials.c.type", "needs access-key-id"),
                of("credentials.c.type = web-identity", "credentials.c.type", "needs web-identity-token-file"),
                of("credentials.c { type = instance, profile = p }", "credentials.c.type", "which make it profile"),
                of("credentials.c.web-identity-token-file = token", "credentials.c.role-arn", "so set which"),
                of("credentials.c.tags.a = b", "credentials.c.tags", "set role-arn too"),
                of("drain { max = 4 s, refuse = 5 s, quiet = 1 s }", "drain.refuse", "longer than drain.max (4 s)"),
                of("drain.refuse = soon", "drain.refuse", "not a duration"),
                of(
                        "listeners.0 { bind = \"127.0.0.1:1\", max-connection-age = 1 ms }",
                        "max-connection-age",
                        "from 10 ms"),
                of("admin.allowed-hosts = [\"a:8006\"]", "admin.allowed-hosts", "no port here"),
                of("admin.allowed-hosts = [\"*\"]", "admin.allowed-hosts", "letters, digits"),
                of("credentials.c.fips = true", "credentials.c.fips", "set role-arn too"),
                role("fips = maybe", "fips", "false, no, true, yes"),
                role("tags { \"aws:x\" = y }", "tags", "AWS keeps for itself"),
                role("tags { \"a*\" = y }", "tags", "is not a session tag"),
                role("web-identity-token-file = t, external-id = x1", "external-id", "take it out"),
                role("web-identity-token-file = t, tags { a = b }", "tags", "take it out"),
                role("web-identity-token-file = t, profile = p", "web-identity-token-file", "keep one of them"),
                role("source = c", "source", "leads in a circle, c, c"),
                role("source = default, type = container", "source", "stands beside keys, a profile or a type"));
    }

    private static Arguments of(String settings, String path, String remedy) {
        return Arguments.of(settings, path, remedy);
    }

    private static Arguments upstream(String url, String remedy) {
        return of(
                "routes.m { upstream = \"" + url + "\", service = execute-api, region = us-east-1 }",
                "routes.m.upstream",
                remedy);
    }

    private static Arguments header(String name, String remedy) {
        return of("routes.m.headers.set { \"" + name + "\" = v }", "routes.m.headers.set", remedy);
    }

    private static Arguments role(String setting, String key, String remedy) {
        return of(
                "credentials.c { role-arn = \"arn:aws:iam::123456789012:role/r\", " + setting + " }",
                "credentials.c." + key,
                remedy);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void namesThePlaceAndTheRemedy(String settings, String path, String remedy) {
        List<String> faults = Load.faults(Load.with(settings), Map.of());

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).startsWith("text"), faults::toString);
        assertTrue(faults.get(0).contains(path), () -> faults + " lacks the path " + path);
        assertTrue(faults.get(0).contains(remedy), () -> faults + " lacks the remedy " + remedy);
    }

    @Test
    void reportsEveryFaultOfOneLoad() {
        List<String> settings = List.of(
                "limits.in-flght = 5",
                "timeouts.request = 29",
                "access.allow = [\"10.0.0.5/8\", \"127.1\"]",
                "listeners = [{ bind = \"127.0.0.1\" }]",
                "routes.n { upstream = \"http://example.com/\" }",
                "routes.m.headers.set { Host = a, Upgrade = b }",
                "credentials.c.profile = \"\"",
                "log.level = loud",
                "drain.max = ${NOWHERE_SET}");

        List<String> faults = Load.faults(Load.with(String.join("\n", settings)), Map.of());

        assertEquals(11, faults.size(), () -> String.join("\n", faults));
    }

    @Test
    void namesTheLine() {
        assertEquals(
                List.of("text:3 (limits.conections): unknown setting; did you mean \"connections\"?"),
                Load.faults(Load.with("limits.conections = 5"), Map.of()));
    }

    @Test
    void wantsEverythingWithinCountersign() {
        List<String> faults = Load.faults(Load.with("") + "routes { m { upstream = x } }\ncountersgin {}", Map.of());

        assertEquals(2, faults.size(), faults::toString);
        assertTrue(faults.get(0).endsWith("(countersgin): unknown setting; did you mean \"countersign\"?"));
        assertTrue(faults.get(1).endsWith("(routes): unknown setting; every setting belongs in countersign { ... }"));
    }

    @Test
    void wantsARoute() {
        List<String> faults = Load.faults("countersign {}", Map.of());

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains("routes { NAME { upstream = "), faults::toString);
    }

    private static String networks(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"10." + i / 256 + "." + i % 256 + ".0/24\"")
                .collect(Collectors.joining(", "));
    }

    @Test
    void whatNestsTooDeeplyIsAFault() {
        List<String> faults = Load.faults("a = " + "[".repeat(200_000), Map.of());

        assertTrue(faults.contains("text: is nested too deeply; no setting is"), () -> faults.size() + " faults");
    }
}
