package io.countersign.proxy.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where frames end, however their bytes come. */
class FrameTrackerTest {
    /** "Hello" of RFC 6455 section 5.7, masked and plain; a ping; frames of 126 and of 65,536 bytes; an empty one; a close with 1000. */
    private static final List<String> PLAIN = List.of(
            "810548656c6c6f",
            "890548656c6c6f",
            "827e007e" + "00".repeat(126),
            "8100",
            "010348656c",
            "80026c6f",
            "880203e8");

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    }

    private static FrameTracker follow(boolean masked, String hex) {
        FrameTracker tracker = new FrameTracker(masked);
        tracker.follow(bytes(hex), false);
        return tracker;
    }

    @Test
    void isAtABoundaryAfterEachFrameAndNowhereWithinOne() {
        for (String frame : PLAIN) {
            FrameTracker tracker = new FrameTracker(false);
            assertTrue(tracker.isAtBoundary());
            ByteBuf all = bytes(frame);
            while (all.isReadable()) {
                assertEquals(1, tracker.follow(all.readSlice(1), false), frame);
                assertEquals(!all.isReadable(), tracker.isAtBoundary(), frame);
            }
        }
    }

    @Test
    void stopsAtTheEndOfTheFirstFrameWhereAsked() {
        String all = String.join("", PLAIN);
        FrameTracker tracker = new FrameTracker(false);
        ByteBuf in = bytes(all);
        for (String frame : PLAIN) {
            assertEquals(frame.length() / 2, tracker.follow(in, true), frame);
            assertTrue(tracker.isAtBoundary());
            in.skipBytes(frame.length() / 2);
        }
        assertFalse(in.isReadable());
        assertTrue(tracker.sawClose());
        assertEquals(1000, tracker.closeCode());
    }

    @Test
    void readsNothingFromWhatItFollows() {
        ByteBuf in = bytes(PLAIN.get(0));
        new FrameTracker(false).follow(in, false);
        assertEquals(7, in.readableBytes());
    }

    @Test
    void followsALengthOfEightBytes() {
        FrameTracker tracker = follow(false, "827f0000000000010000");
        for (int i = 0; i < 64; i++) {
            assertFalse(tracker.isAtBoundary());
            tracker.follow(Unpooled.wrappedBuffer(new byte[1024]), false);
        }
        assertTrue(tracker.isAtBoundary());
    }

    @ParameterizedTest
    @CsvSource({
        "false, 8800, 1005",
        "false, 880203e8, 1000",
        "false, 880703f1" + "4142434445, 1009",
        "true, 888200000000" + "03e9, 1001",
        "true, 8882ffffffff" + "fc16, 1001",
        "true, 888037fa213d, 1005"
    })
    void readsTheCodeOfACloseFrame(boolean masked, String hex, int code) {
        FrameTracker tracker = follow(masked, hex);
        assertTrue(tracker.sawClose());
        assertEquals(code, tracker.closeCode());
        FrameTracker bytewise = new FrameTracker(masked);
        for (byte each : HexFormat.of().parseHex(hex)) {
            bytewise.follow(Unpooled.wrappedBuffer(new byte[] {each}), false);
        }
        assertEquals(code, bytewise.closeCode());
    }

    /** Each one byte from a good one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "8300",
                "8700",
                "8b00",
                "8f00", // reserved opcodes
                "0900",
                "0800", // a control frame in fragments
                "897e007e",
                "887f", // a control frame that is too long
                "8180",
                "8985", // masked by a server
                "827e007d",
                "827e0000", // a length that fits into fewer bytes
                "827f000000000000ffff",
                "827f0000000000000000",
                "827f8000000000000000", // a length past 2^63
                "880103" // a close frame with half a code
            })
    void followsNothingPastAMalformedFrame(String hex) {
        FrameTracker tracker = follow(false, hex);
        assertTrue(tracker.isLost());
        assertFalse(tracker.isAtBoundary());
        // All of what comes is to be passed on.
        assertEquals(7, tracker.follow(bytes(PLAIN.get(0)), true));
        assertFalse(tracker.isAtBoundary());
        assertFalse(tracker.sawClose());
    }

    @Test
    void takesAFrameOfAClientThatIsNotMaskedForMalformed() {
        assertTrue(follow(true, "810548656c6c6f").isLost());
        assertFalse(follow(true, "818537fa213d7f9f4d5158").isLost());
    }

    /** What an extension has agreed on is not ours to know. */
    @Test
    void followsFramesWithReservedBits() {
        assertTrue(follow(false, "c107f248cdc9c90700").isAtBoundary());
    }
}
