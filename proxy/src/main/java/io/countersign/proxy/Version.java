package io.countersign.proxy;

/** Which Countersign this is: the version of its jar, or {@code dev} from a folder of classes. */
public final class Version {
    public static final String TEXT = text();

    private Version() {}

    private static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
