package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.countersign.proxy.rejection.PartialSuccess.Form;
import io.countersign.proxy.rejection.PartialSuccess.Items;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartialSuccessTest {
    private static final String JSON = "application/json";

    @Test
    void knowsTheFormByThePath() {
        assertEquals(Optional.of(Form.OTLP), PartialSuccess.form("/v1/traces"));
        assertEquals(Optional.of(Form.OTLP), PartialSuccess.form("/stage/v1/logs"));
        assertEquals(Optional.of(Form.OTLP), PartialSuccess.form("/v1development/profiles"));
        assertEquals(Optional.of(Form.BULK), PartialSuccess.form("/index/_bulk"));
        assertEquals(Optional.empty(), PartialSuccess.form("/api/v1/remote_write"));
        assertEquals(Optional.empty(), PartialSuccess.form("/x_bulk"));
    }

    @Test
    void countsTheItemsOfABulkByTheirStatus() {
        assertEquals(new Items(2, 2), bulk("""
                {"took":30,"errors":true,"items":[
                  {"index":{"_index":"a","_id":"1","status":201,"_shards":{"total":2,"status":500}}},
                  {"create":{"_id":"2","status":409,"error":{"type":"version_conflict_engine_exception","status":"x"}}},
                  {"delete":{"status":200}},
                  {"update":{"error":{"reason":"a \\"quoted\\" {brace}"},"status":429}}]}
                """));
        assertEquals(Items.NONE, bulk("{\"took\":3,\"errors\":false,\"items\":[]}"));
        assertEquals(Items.NONE, bulk("{\"errors\":true}"), "left out by filter_path");
        assertEquals(Items.NONE, bulk("{\"items\":[{\"index\":{\"status\":400}}"), "half a body counts for nothing");
        assertEquals(Items.NONE, bulk("{\"items\":[{\"index\":{\"status\":400}}]}x"));
        assertEquals(Items.NONE, bulk("[".repeat(100_000)));
    }

    @Test
    void countsWhatOtlpRejectedInProtobuf() {
        // partial_success { rejected_spans: 300, error_message: "no" }
        assertEquals(new Items(0, 300), otlp("0a 07 08 ac 02 12 02 6e 6f"));
        assertEquals(new Items(0, 0), otlp("0a 04 12 02 6e 6f"), "a warning without a rejection");
        assertEquals(new Items(0, 5), otlp("12 01 00 25 00 00 00 00 0a 0b 19 00 00 00 00 00 00 00 00 08 05"));
        assertEquals(Items.NONE, otlp(""));
        assertEquals(Items.NONE, otlp("0a 00"));
        assertEquals(Items.NONE, otlp("0a 09 08 ac"), "cut short");
        assertEquals(Items.NONE, otlp("0a 0b 08 ff ff ff ff ff ff ff ff ff 01"), "a negative number");
        assertEquals(Items.NONE, otlp("7b 7d"));
    }

    @Test
    void countsWhatOtlpRejectedInJson() {
        assertEquals(
                new Items(0, 7), json("{\"partialSuccess\":{\"rejectedLogRecords\":\"7\",\"errorMessage\":\"no\"}}"));
        assertEquals(new Items(0, 8), json("{\"partial_success\":{\"rejected_data_points\": 8}}"));
        assertEquals(Items.NONE, json("{}"));
        assertEquals(Items.NONE, json("{\"partialSuccess\":{}}"));
        assertEquals(Items.NONE, json("{\"partialSuccess\":{\"rejectedSpans\":\"-1\"}}"));
        assertEquals(Items.NONE, json("{\"a\":{\"rejectedSpans\":1}}"));
    }

    @Test
    void takesAnyBytesWithoutAFault() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (i % 2 == 0) {
                for (int at = 0; at < bytes.length; at++) {
                    bytes[at] = (byte) "{}[]\",:\\ 1ae\"".charAt(Math.floorMod(bytes[at], 13));
                }
            }
            for (Form form : Form.values()) {
                assertNotNull(PartialSuccess.of(form, i % 3 == 0 ? JSON : null, bytes));
            }
        }
    }

    private static Items bulk(String body) {
        return PartialSuccess.of(Form.BULK, JSON, body.getBytes(UTF_8));
    }

    private static Items json(String body) {
        return PartialSuccess.of(Form.OTLP, JSON + "; charset=utf-8", body.getBytes(UTF_8));
    }

    private static Items otlp(String hex) {
        return PartialSuccess.of(
                Form.OTLP, "application/x-protobuf", HexFormat.of().parseHex(hex.replace(" ", "")));
    }
}
