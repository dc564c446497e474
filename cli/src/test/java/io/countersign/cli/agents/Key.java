package io.countersign.cli.agents;

/** A temporary key, as the stand-in knows it and as a profile holds it. */
public record Key(String id, String secret, String token) {
    public static Key number(int number) {
        return new Key("ASIAAGENTS" + number, "secret-" + number, "token-" + number);
    }

    public String profile() {
        return """
                [gateway]
                aws_access_key_id = %s
                aws_secret_access_key = %s
                aws_session_token = %s
                """.formatted(id, secret, token);
    }

    public String json() {
        return """
                {"accessKey": "%s", "secretKey": "%s", "token": "%s"}""".formatted(id, secret, token);
    }

    public String expire() {
        return """
                {"action": "expire", "accessKey": "%s"}""".formatted(id);
    }
}
