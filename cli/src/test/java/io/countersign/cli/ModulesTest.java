package io.countersign.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The arrows between the modules; stands here since this module has them all on its class path. */
class ModulesTest {
    private static final String ROOT = "io.countersign.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.countersign");

    @Test
    void seesEveryModule() {
        for (String module : List.of("testing", "sigv4", "proxy", "standin", "gateway", "cli")) {
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
                .resideInAnyPackage("java..", "javax.crypto..", "javax.net.ssl..", ROOT + "testing..")
                .check(CLASSES);
    }

    @Test
    void theProxyKnowsTheSignerAlone() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "proxy..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "standin..", ROOT + "gateway..", ROOT + "cli..", ROOT + "bench..")
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
                .resideInAnyPackage(ROOT + "sigv4..", ROOT + "proxy..", ROOT + "gateway..", ROOT + "cli..")
                .check(CLASSES);
    }

    /** Another product: what it may build on is what the core promises to extensions. */
    @Test
    void theGatewayMeetsTheCoreAtAFewInterfacesAlone() {
        List<String> seam = List.of(
                "proxy.BindFault",
                "proxy.Extension",
                "proxy.Host",
                "proxy.StartFailure",
                "proxy.Trial",
                "proxy.Version",
                "proxy.access.",
                "proxy.accesslog.CallLine",
                "proxy.admin.http.",
                "proxy.admission.",
                "proxy.caller.",
                "proxy.fields.Target",
                "proxy.config.",
                "proxy.credentials.Credentials",
                "proxy.credentials.Principal",
                "proxy.egress.",
                "proxy.exchange.Exchange",
                "proxy.failover.UpstreamStatus",
                "proxy.held.",
                "proxy.lifecycle.",
                "proxy.limit.",
                "proxy.listen.",
                "proxy.local.",
                "proxy.logging.",
                "proxy.metrics.",
                "proxy.net.",
                "proxy.policy.",
                "proxy.rejection.Comparison",
                "proxy.rejection.RecentRejections",
                "proxy.route.",
                "proxy.signing.SigningConfig",
                "proxy.upstream.Upstream",
                "proxy.secrets.",
                "proxy.settings.",
                "proxy.state.",
                "proxy.wire.HttpDate",
                "proxy.wire.JsonText",
                "proxy.wire.WholeResponse");
        noClasses()
                .that()
                .resideInAPackage(ROOT + "gateway..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are no part of " + seam,
                        type -> type.getPackageName().startsWith(ROOT)
                                && !type.getPackageName().startsWith(ROOT + "gateway")
                                && seam.stream()
                                        .noneMatch(name -> type.getName().startsWith(ROOT + name))))
                .check(CLASSES);
    }

    /** The core's image leaves it out, so neither the core nor the command may know it. */
    @Test
    void nothingKnowsTheGateway() throws IOException {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "gateway..")
                .check(CLASSES);
        String assemble = Files.readString(Path.of("../deploy/container/assemble"));
        Pattern pattern =
                Pattern.compile("^(" + list("of_gateway", assemble) + "|" + list("of_standin", assemble) + ")-");
        for (String jar : List.of(
                "countersign-gateway-0.1.0.jar",
                "countersign-standin-0.1.0.jar",
                "nimbus-jose-jwt-10.10.jar",
                "bucket4j_jdk17-core-8.19.0.jar",
                "lettuce-core-7.7.0.RELEASE.jar",
                "redis-authx-core-0.1.1-beta2.jar",
                "reactor-core-3.6.6.jar",
                "netty-resolver-dns-4.2.20.Final.jar",
                "netty-codec-dns-4.2.20.Final.jar")) {
            assertTrue(pattern.matcher(jar).find(), jar + " is in the image of the core");
        }
        assertFalse(pattern.matcher("countersign-proxy-0.1.0.jar").find());
    }

    private static String list(String variable, String script) {
        Matcher list =
                Pattern.compile("^" + variable + "='(.*)'$", Pattern.MULTILINE).matcher(script);
        assertTrue(list.find(), "no " + variable);
        return list.group(1);
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
