package io.countersign.proxy.blackbox;

import io.countersign.proxy.testing.Head;
import io.countersign.proxy.testing.ScriptedConnection;
import java.util.Locale;

/**
 * What the upstream may do with a request in {@link InvariantsTest}. Every 2xx carries the request's id, so that it can
 * be told whose it is.
 */
enum UpstreamFault {
    FINE(true, true) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.send(ok(id));
        }
    },
    FINE_CHUNKED(true, true) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.send(chunkedHead(id) + "3\r\nabc\r\n0\r\n\r\n");
        }
    },
    FINE_THEN_CLOSE(true, true) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.send(ok(id)).close();
        }
    },
    FINE_THEN_RESET(true, true) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.send(ok(id)).reset();
        }
    },
    FINE_THEN_TIMEOUT_NOTICE(true, true) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection
                    .send(ok(id) + "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n")
                    .close();
        }
    },
    FINE_AND_ANOTHER(true, true) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.send(ok(id) + ok("nobody"));
        }
    },
    FINE_TO_THE_END(true, true) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.send("HTTP/1.1 200 OK\r\nX-Id: " + id + "\r\n\r\nabc").close();
        }
    },
    CUT_LENGTH(true, false) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection
                    .send("HTTP/1.1 200 OK\r\nX-Id: " + id + "\r\nContent-Length: 9\r\n\r\nabc")
                    .close();
        }
    },
    CUT_CHUNK(true, false) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.send(chunkedHead(id) + "3\r\nabc\r\n").reset();
        }
    },
    CUT_HEAD(false, false) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.send("HTTP/1.1 200 OK\r\nX-Id: " + id + "\r\nContent-").close();
        }
    },
    CLOSE(false, false) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.close();
        }
    },
    RESET(false, false) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.reset();
        }
    },
    SILENCE(false, false) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.awaitEnd();
        }
    },
    TWO_FRAMINGS(false, false) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.send("HTTP/1.1 200 OK\r\nX-Id: " + id
                    + "\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        }
    },
    ABSURD_STATUS(false, false) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.send("HTTP/1.1 999 OK\r\nContent-Length: 0\r\n\r\n");
        }
    },
    ERROR(false, true) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.send("HTTP/1.1 500 Error\r\nX-Id: " + id + "\r\nContent-Length: 0\r\n\r\n");
        }
    },
    THROTTLED(false, true) {
        @Override
        void act(String id, ScriptedConnection connection) {
            connection.send("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n");
        }
    },
    NOT_PERMITTED(false, true) {
        @Override
        void act(String id, ScriptedConnection connection) {
            String body = "{\"message\":\"User: x is not authorized to perform: execute-api:Invoke on resource: y\"}";
            connection.send("HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: AccessDeniedException\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
        }
    };

    /** Whether it answers 2xx at all. */
    final boolean success;

    /** Whether a client may take its answer for whole. */
    final boolean whole;

    UpstreamFault(boolean success, boolean whole) {
        this.success = success;
        this.whole = whole;
    }

    abstract void act(String id, ScriptedConnection connection);

    /** The target by which a request asks for this fault. */
    String target(String id) {
        return "/" + name().toLowerCase(Locale.ROOT) + "/" + id;
    }

    /** Does what the target of a request asks for. */
    static void serve(Head head, ScriptedConnection connection) {
        String[] segments = head.target().split("/", -1);
        valueOf(segments[2].toUpperCase(Locale.ROOT)).act(segments[3], connection);
    }

    private static String ok(String id) {
        return "HTTP/1.1 200 OK\r\nX-Id: " + id + "\r\nContent-Length: 3\r\n\r\nabc";
    }

    private static String chunkedHead(String id) {
        return "HTTP/1.1 200 OK\r\nX-Id: " + id + "\r\nTransfer-Encoding: chunked\r\n\r\n";
    }
}
