package io.countersign.cli.agents;

/** A temporary key, as the stand-in knows it and as a profile holds it. */
record Key(String id, String secret, String token) {
    static Key number(int number) {
        return new Key("ASIAAGENTS" + number, "secret-" + number, "token-" + number);
    }

    String profile() {
        return """
                [gateway]
                aws_access_key_id = %s
                aws_secret_access_key = %s
                aws_session_token = %s
                """.formatted(id, secret, token);
    }

    String json() {
        return """
                {"accessKey": "%s", "secretKey": "%s", "token": "%s"}""".formatted(id, secret, token);
    }

    String expire() {
        return """
                {"action": "expire", "accessKey": "%s"}""".formatted(id);
    }
}
