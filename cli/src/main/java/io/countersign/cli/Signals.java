package io.countersign.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Hears the process's signals. The JVM's own shutdown hook would end it with 143, and a drained proxy ends with 0; so
 * {@code sun.misc.Signal}, which has no replacement, is reached here, and reflectively, since it is no API of Java 17.
 */
final class Signals {
    private Signals() {}

    /** Counted down by the first signal that asks a command to end: a closed terminal's SIGHUP, too. */
    static CountDownLatch ending() {
        CountDownLatch end = new CountDownLatch(1);
        for (String name : List.of("TERM", "INT", "HUP")) {
            on(name, end::countDown);
        }
        return end;
    }

    /** Runs {@code action} on a thread of the JVM at each {@code SIGname}; false where there is no such signal. */
    static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            // Not MethodHandleProxies, which loads 60 classes more at each start.
            Object running = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getDeclaringClass() == Object.class) {
                            return method.invoke(action, arguments);
                        }
                        action.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), running);
            return true;
        } catch (InvocationTargetException unknownSignal) {
            return false;
        } catch (ReflectiveOperationException noSuchClass) {
            return false;
        }
    }
}
