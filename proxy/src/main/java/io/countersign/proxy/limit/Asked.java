package io.countersign.proxy.limit;

import java.util.OptionalLong;

/**
 * What an operator asks for; what is empty follows from the memory there is. Sizes are in bytes.
 *
 * @param connections client connections open at once
 * @param inFlight exchanges that hold an upstream connection at once
 * @param body largest request body by default
 * @param buffered all request bodies together
 * @param lists all address lists together: those in force and those being read
 * @param message the size of messages, which is never empty
 */
public record Asked(
        OptionalLong connections,
        OptionalLong inFlight,
        OptionalLong body,
        OptionalLong buffered,
        OptionalLong lists,
        Message message) {

    /**
     * How large a head can be, how many event loops read them, and whether they may come encrypted.
     *
     * @param head bytes of request line and fields
     * @param fields how many fields it may have
     * @param preamble what may come before it
     * @param aside what is left to extensions, whatever the messages are
     */
    public record Message(int head, int fields, int loops, Preamble preamble, Aside aside) {
        /** With nothing before it. */
        public Message(int head, int fields, int loops) {
            this(head, fields, loops, Preamble.NONE);
        }

        /** With nothing aside. */
        public Message(int head, int fields, int loops, Preamble preamble) {
            this(head, fields, loops, preamble, Aside.NONE);
        }
    }
}
