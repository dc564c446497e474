package io.countersign.launch;

import io.countersign.cli.Main;
import io.countersign.proxy.limit.MemoryLimit;
import io.countersign.proxy.limit.ProcessorQuota;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Starts the proxy in an image without a shell. The JVM's flags follow from the limits of memory and processor time (scripts/jvm.sh), and
 * most of them can be set at its start alone; so a first, small JVM reads the limits and becomes the second one, by {@code execve}, with the same process id.
 * docs/CONTAINER.md has what that costs. Other commands run in the first JVM.
 *
 * <p>The flags are not computed here: {@code plans}, which deploy/container/launcher writes with the functions of jvm.sh, has those of
 * each limit. Its first line has the flags that go with every limit, its second thousandths of a processor and what to add where the quota
 * is less, its third those without a memory limit, and each further one a limit in MiB and the flags that go with it; they are
 * separated by tabs.
 */
public final class Launch {
    private static final String PLANS = "countersign.plans";

    private Launch() {}

    public static void main(String[] arguments) throws Throwable {
        if (Main.serves(arguments)) {
            become(command(arguments));
        } else if (arguments.length > 0 && arguments[0].equals("train")) {
            rehearse();
        }
        Main.main(arguments);
    }

    /** So that the start-up archive has what it takes. */
    private static void rehearse() throws IOException {
        Functions.find();
        try (Arena arena = Arena.ofConfined()) {
            pointers(arena, command("run"));
        }
    }

    private static List<String> command(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags(Path.of(System.getProperty(PLANS)), MemoryLimit.ofProcess(), ProcessorQuota.ofProcess()));
        for (String each : System.getenv().getOrDefault("COUNTERSIGN_JAVA_OPTS", "").strip().split("\\s+")) {
            if (!each.isEmpty()) {
                command.add(each);
            }
        }
        command.add("io.countersign.cli.Main");
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * Of the largest limit in the file that is not above this one; of the smallest where all are.
     *
     * @param limit bytes of memory
     * @param quota thousandths of a processor
     */
    static List<String> flags(Path plans, OptionalLong limit, OptionalLong quota) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(plans)) {
            List<String> flags = new ArrayList<>(fields(lines.readLine()));
            List<String> slow = fields(lines.readLine());
            List<String> chosen = fields(lines.readLine());
            if (limit.isPresent()) {
                long mib = limit.getAsLong() >> 20;
                chosen = fields(lines.readLine());
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    List<String> next = fields(line);
                    if (Long.parseLong(next.get(0)) > mib) {
                        break;
                    }
                    chosen = next;
                }
            }
            flags.addAll(chosen.subList(1, chosen.size()));
            if (quota.isPresent() && quota.getAsLong() < Long.parseLong(slow.get(0))) {
                flags.addAll(slow.subList(1, slow.size()));
            }
            return flags.subList(1, flags.size());
        }
    }

    private static List<String> fields(String line) {
        return List.of(line.split("\t"));
    }

    /**
     * Functions of the C library (exec(3), close_range(2)). Both are called in one form, with three words, since each form takes time
     * at start; a function of less leaves the last one alone.
     */
    private record Functions(MethodHandle execv, MethodHandle closeRange) {
        private static final FunctionDescriptor FORM = FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
        private static final long ON_EXEC = 4; // CLOSE_RANGE_CLOEXEC

        static Functions find() {
            Linker linker = Linker.nativeLinker();
            return new Functions(
                    linker.downcallHandle(linker.defaultLookup().find("execv").orElseThrow(), FORM),
                    linker.downcallHandle(linker.defaultLookup().find("close_range").orElseThrow(), FORM));
        }

        /** Lets the second JVM inherit no files of the first; where the kernel can't, they stay open, which harms nothing. */
        void closeFilesOnExec() throws Throwable {
            int unused = (int) closeRange.invokeExact(3L, (long) Integer.MAX_VALUE, ON_EXEC);
        }

        int exec(MemorySegment program, MemorySegment arguments) throws Throwable {
            return (int) execv.invokeExact(program.address(), arguments.address(), 0L);
        }
    }

    /** Returns only by an exception. */
    private static void become(List<String> command) throws Throwable {
        Functions functions = Functions.find();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment all = pointers(arena, command);
            MemorySegment program = text(arena, command.get(0));
            functions.closeFilesOnExec();
            int result = functions.exec(program, all);
            throw new IOException("execv of " + command.get(0) + " returned " + result);
        }
    }

    /** Of each text, and null after them. Buffers are filled, since segments take longer to get going. */
    private static MemorySegment pointers(Arena arena, List<String> texts) {
        MemorySegment pointers = arena.allocate(8L * (texts.size() + 1), 8);
        ByteBuffer buffer = pointers.asByteBuffer().order(ByteOrder.nativeOrder());
        texts.forEach(each -> buffer.putLong(text(arena, each).address()));
        return pointers;
    }

    private static MemorySegment text(Arena arena, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment segment = arena.allocate(bytes.length + 1L, 1); // zeroes
        segment.asByteBuffer().put(bytes);
        return segment;
    }
}
