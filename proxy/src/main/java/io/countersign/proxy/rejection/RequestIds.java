package io.countersign.proxy.rejection;

import io.countersign.proxy.secrets.Secrets;
import java.util.regex.Pattern;

/** The request ids of AWS's services, fit to be logged: whoever responds can write anything into that field. */
public final class RequestIds {
    private static final Pattern FORM = Pattern.compile("[\\w+/=.:@-]{1,128}");
    /** A UUID has 36 characters, the ids of S3 and API Gateway have 16. */
    private static final int USUAL = 36;

    private RequestIds() {}

    /** The id, or what says why it is not shown. */
    public static String shown(String id, Secrets secrets) {
        if (!FORM.matcher(id).matches()) {
            return "[not an id]";
        }
        boolean hidden = secrets.plainlyIn(id)
                || (id.length() > USUAL && !secrets.mask(id).equals(id));
        return hidden ? "[redacted]" : id;
    }
}
