package io.countersign.proxy.blackbox;

import io.countersign.proxy.testing.WireTest;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class over real sockets that is given its {@link Rig}: as a parameter of its constructor one for the whole class,
 * as a parameter of a test one for that test alone. Either is closed when its class or test has ended, before the log is
 * searched for leaks.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@WireTest
@ExtendWith(RigInjection.class)
@interface BlackBox {
    /** Settings of the proxy in HOCON, put after the template. */
    String[] value() default {};
}
