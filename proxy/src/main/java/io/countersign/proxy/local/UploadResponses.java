package io.countersign.proxy.local;

/** The local responses to uploads in {@code aws-chunked} form that cannot be signed anew. */
public final class UploadResponses {
    private static final String PLAIN =
            "; let the client send the body plain: for the AWS CLI and SDKs set request_checksum_calculation ="
                    + " when_required (in the environment AWS_REQUEST_CHECKSUM_CALCULATION), and where the SDK has it,"
                    + " switch chunked encoding off";

    private UploadResponses() {}

    /** @param why as a sentence, without the remedy */
    public static LocalResponse unsupported(String why) {
        return new LocalResponse(LocalCause.UNSUPPORTED, why + PLAIN);
    }

    /** A chunk of more bytes than may be held. */
    public static LocalResponse chunkTooLarge(String what, int max) {
        return new LocalResponse(
                        LocalCause.UNSUPPORTED,
                        what + "; at most " + max
                                + " are (limits.chunk): raise that, or let the client send smaller chunks")
                .closing();
    }
}
