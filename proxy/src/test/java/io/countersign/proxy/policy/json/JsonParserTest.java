package io.countersign.proxy.policy.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.countersign.proxy.policy.json.JsonValue.JsonList;
import io.countersign.proxy.policy.json.JsonValue.JsonNumber;
import io.countersign.proxy.policy.json.JsonValue.JsonObject;
import io.countersign.proxy.policy.json.JsonValue.JsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is JSON; what is not is in the list of malformed policies. */
class JsonParserTest {
    @Test
    void undoesEveryEscape() throws JsonFault {
        JsonValue value = parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00 é😀\"");
        assertEquals(
                "\"\\/\b\f\n\r\té😀 é😀",
                assertInstanceOf(JsonString.class, value).text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "10", "-1.5", "0.25", "1e5", "1E+5", "2.5e-3"})
    void readsNumbersAsWritten(String number) throws JsonFault {
        assertEquals(
                number,
                assertInstanceOf(JsonNumber.class, parse(" " + number + "\r\n")).text());
    }

    @Test
    void keepsThePlaceOfEveryValue() throws JsonFault {
        JsonObject object = (JsonObject) parse("{\r\n \"é\": [\n1,\r  \"😀\", true],\"b\":{}}");
        assertEquals("1:1", object.at().toString());
        assertEquals("2:2", object.members().get(0).at().toString());
        JsonList list = (JsonList) object.members().get(0).value();
        assertEquals("2:7", list.at().toString());
        assertEquals("3:1", list.elements().get(0).at().toString());
        assertEquals("4:3", list.elements().get(1).at().toString());
        assertEquals("4:8", list.elements().get(2).at().toString());
        assertEquals("4:14", object.members().get(1).at().toString());
    }

    @Test
    void countsNoWhiteSpaceBetweenTokens() throws JsonFault {
        assertEquals(13, JsonParser.parse("{ \"a b\" : [ 1 ,\n2 ] }\n").significant());
        assertEquals(13, JsonParser.parse("{\"a b\":[1,2]}").significant());
    }

    @Test
    void nestsSixteenDeep() throws JsonFault {
        assertInstanceOf(JsonList.class, parse("[".repeat(16) + "]".repeat(16)));
    }

    private static JsonValue parse(String text) throws JsonFault {
        return JsonParser.parse(text).value();
    }
}
