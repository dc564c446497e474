package io.countersign.cli.sign;

import io.countersign.sigv4.Header;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Headers and body of a request, in curl's words. */
public final class RequestOptions {
    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "A header field; may be repeated.")
    private List<String> headers = List.of();

    @Option(
            names = {"-d", "--data", "--data-binary"},
            paramLabel = "DATA|@FILE",
            description =
                    "The body, or the file that holds it; it is sent byte for byte, and no Content-Type is added.")
    private String data;

    public boolean hasBody() {
        return data != null;
    }

    public List<Header> headers() throws InputFault {
        List<Header> parsed = new ArrayList<>();
        for (String line : headers) {
            int colon = line.indexOf(':');
            if (colon <= 0 || line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
                throw new InputFault("-H '" + line + "' must be one line: 'Name: value'");
            }
            parsed.add(new Header(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return parsed;
    }

    public Body body() throws InputFault {
        if (data == null) {
            return new Body.Bytes(new byte[0]);
        }
        if (!data.startsWith("@")) {
            return new Body.Bytes(data.getBytes(StandardCharsets.UTF_8));
        }
        Path file = Path.of(data.substring(1));
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new InputFault("-d " + data + ": there is no such file that can be read");
        }
        return new Body.File(file);
    }
}
