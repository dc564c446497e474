package io.countersign.proxy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.state.EditedFile;
import io.countersign.proxy.state.StateFolder;
import io.countersign.proxy.state.StateLog;
import java.io.File;
import java.lang.reflect.Field;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/**
 * No hidden inputs, no hidden outputs and no hidden state: time and environment are handed in, two classes write to disk, and
 * nothing is kept in statics.
 */
class HabitsTest {
    private static final Set<String> NOW = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.time.Instant.now",
            "java.time.LocalDate.now",
            "java.time.LocalDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.time.Clock.system");
    private static final Set<String> PROCESS =
            Set.of("java.lang.System.getenv", "java.lang.System.getProperty", "java.lang.System.exit");
    private static final Set<String> FILE_WRITERS = Set.of(
            "java.nio.file.Files.write",
            "java.nio.file.Files.writeString",
            "java.nio.file.Files.newBufferedWriter",
            "java.nio.file.Files.newOutputStream",
            "java.nio.file.Files.createFile",
            "java.nio.file.Files.createDirectory",
            "java.nio.file.Files.createDirectories",
            "java.nio.file.Files.createTempFile",
            "java.nio.file.Files.createTempDirectory",
            "java.nio.file.Files.createLink",
            "java.nio.file.Files.createSymbolicLink",
            "java.nio.file.Files.copy",
            "java.nio.file.Files.move",
            "java.nio.file.Files.delete",
            "java.nio.file.Files.deleteIfExists",
            "java.io.File.createNewFile",
            "java.io.File.createTempFile",
            "java.io.File.delete",
            "java.io.File.mkdir",
            "java.io.File.mkdirs",
            "java.io.File.renameTo");
    private static final Set<String> STREAMS_TO_FILES = Set.of(
            "java.io.FileOutputStream",
            "java.io.FileWriter",
            "java.io.PrintWriter",
            "java.io.PrintStream",
            "java.io.RandomAccessFile");
    private static final List<Class<?>> CHANGING =
            List.of(AtomicBoolean.class, AtomicInteger.class, AtomicLong.class, AtomicReference.class, LongAdder.class);

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.countersign.proxy", "io.countersign.sigv4");

    @Test
    void nobodyBelowTheCompositionRootAsksForTheTime() {
        // The source of a configuration is made by whoever starts the program or runs a command: it is a root of its
        // own.
        noClasses()
                .that()
                .doNotBelongToAnyOf(ProxyServer.class, HoconSource.class)
                .should()
                .callMethodWhere(isOneOf(NOW))
                .orShould()
                .callConstructor(Date.class)
                .check(CLASSES);
    }

    @Test
    void theEnvironmentIsReadInOnePlaceForTheCompositionRoot() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(ProxyServer.class, Environment.class)
                .should()
                .callMethodWhere(isOneOf(PROCESS))
                .check(CLASSES);
        noClasses()
                .that()
                .doNotBelongToAnyOf(ProxyServer.class)
                .should()
                .callMethod(Environment.class, "ofProcess")
                .check(CLASSES);
    }

    /** Commands alone edit files of an operator's; the proxy does not. */
    @Test
    void onlyCommandsEditFiles() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(EditedFile.class)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(EditedFile.class)
                .check(CLASSES);
    }

    /** A channel that is opened without one of these options cannot write. */
    @Test
    void onlyTheStateFolderAndTheSocketFileWriteToDisk() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(StateFolder.class, StateLog.class, EditedFile.class)
                .and()
                .doNotHaveFullyQualifiedName("io.countersign.proxy.listen.SocketFile")
                .should()
                .callMethodWhere(isOneOf(FILE_WRITERS))
                .orShould()
                .callConstructorWhere(DescribedPredicate.describe(
                        "opens a file for writing",
                        call -> STREAMS_TO_FILES.contains(call.getTargetOwner().getName())
                                && call.getTarget().getRawParameterTypes().stream()
                                        .anyMatch(type ->
                                                type.isEquivalentTo(String.class) || type.isEquivalentTo(File.class))))
                .orShould()
                .accessFieldWhere(DescribedPredicate.describe(
                        "opens a channel for writing",
                        access -> access.getTargetOwner().isEquivalentTo(StandardOpenOption.class)
                                && !access.getTarget().getName().equals("READ")))
                .check(CLASSES);
    }

    @Test
    void noStaticChanges() throws ReflectiveOperationException {
        List<String> changing = new ArrayList<>();
        for (JavaClass type : CLASSES) {
            for (JavaField field : type.getFields()) {
                if (field.getModifiers().contains(JavaModifier.STATIC)
                        && !field.getModifiers().contains(JavaModifier.SYNTHETIC)
                        && changes(field)) {
                    changing.add(field.getFullName());
                }
            }
        }
        assertEquals(List.of(), changing);
        assertFalse(CLASSES.isEmpty());
    }

    private static boolean changes(JavaField field) throws ReflectiveOperationException {
        if (!field.getModifiers().contains(JavaModifier.FINAL)) {
            return true;
        }
        Field reflected = field.reflect();
        reflected.setAccessible(true);
        Object value = reflected.get(null);
        boolean collection = value instanceof Collection || value instanceof Map;
        return CHANGING.stream().anyMatch(type -> type.isInstance(value)) || (collection && !unmodifiable(value));
    }

    private static boolean unmodifiable(Object collection) {
        String type = collection.getClass().getName();
        return type.startsWith("java.util.ImmutableCollections") || type.startsWith("java.util.Collections$");
    }

    private static DescribedPredicate<JavaCall<?>> isOneOf(Set<String> methods) {
        return DescribedPredicate.describe(
                "is one of " + methods,
                call -> methods.contains(
                        call.getTargetOwner().getName() + "." + call.getTarget().getName()));
    }
}
