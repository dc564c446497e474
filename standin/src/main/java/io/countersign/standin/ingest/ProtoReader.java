package io.countersign.standin.ingest;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/** Walks over the fields of a protobuf message without generated classes. */
final class ProtoReader {
    private ProtoReader() {}

    /** Reads one field's value from the stream, wholly, or says that it did not. */
    @FunctionalInterface
    interface FieldReader {
        boolean read(int number, CodedInputStream in) throws IOException;
    }

    /** Every field of the message that {@code in} holds up to its end or its limit. */
    static void fields(CodedInputStream in, FieldReader reader) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!reader.read(WireFormat.getTagFieldNumber(tag), in)) {
                in.skipField(tag);
            }
        }
    }

    /** The fields of a message within a message. */
    static boolean message(CodedInputStream in, FieldReader reader) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        fields(in, reader);
        in.checkLastTagWas(0);
        in.popLimit(outer);
        return true;
    }
}
