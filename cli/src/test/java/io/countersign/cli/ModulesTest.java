package io.countersign.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows between the modules; stands here since this module has them all on its class path. */
class ModulesTest {
    private static final String ROOT = "io.countersign.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.countersign");

    @Test
    void seesEveryModule() {
        for (String module : List.of("testing", "sigv4", "proxy", "standin", "cli")) {
            assertTrue(
                    CLASSES.stream().anyMatch(type -> type.getPackageName().startsWith(ROOT + module)),
                    module + " is not on the class path");
        }
    }

    @Test
    void theSignerNeedsTheJdkAlone() {
        classes()
                .that()
                .resideInAPackage(ROOT + "sigv4..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "javax..", ROOT + "sigv4..")
                .check(CLASSES);
    }

    @Test
    void whatTestsShareNeedsTheJdkAlone() {
        classes()
                .that()
                .resideInAPackage(ROOT + "testing..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", ROOT + "testing..")
                .check(CLASSES);
    }

    @Test
    void theProxyKnowsTheSignerAlone() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "proxy..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "standin..", ROOT + "cli..", ROOT + "bench..")
                .check(CLASSES);
    }

    /** What judges a signature shares nothing with what makes it, or both would be wrong together. */
    @Test
    void theStandInSharesNothingWithWhatItJudges() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "standin..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "sigv4..", ROOT + "proxy..", ROOT + "cli..")
                .check(CLASSES);
    }

    /** The container leaves the stand-in out, so what runs there must not need it. */
    @Test
    void onlyTheDemoAndItsCommandNeedTheStandIn() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "cli..")
                .and()
                .resideOutsideOfPackage(ROOT + "cli.demo..")
                .and()
                .haveSimpleNameNotContaining("StandIn")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "standin..")
                .check(CLASSES);
    }
}
