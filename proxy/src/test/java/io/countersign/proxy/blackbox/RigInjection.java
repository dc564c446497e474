package io.countersign.proxy.blackbox;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts a {@link Rig} for whoever asks for one, and closes it: see {@link BlackBox}. */
final class RigInjection implements ParameterResolver, AfterEachCallback, AfterAllCallback {
    private static final Namespace RIGS = Namespace.create(RigInjection.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Rig.class;
    }

    @Override
    public Rig resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Rig rig = new Rig(
                context.getRequiredTestClass().getAnnotation(BlackBox.class).value());
        context.getStore(RIGS).put(Rig.class, rig);
        return rig;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close(context);
    }

    /** Takes the rig of that very class or test: a test's store shows its class's entries too, but removes only its own. */
    private static void close(ExtensionContext context) {
        Rig rig = context.getStore(RIGS).remove(Rig.class, Rig.class);
        if (rig != null) {
            rig.close();
        }
    }
}
