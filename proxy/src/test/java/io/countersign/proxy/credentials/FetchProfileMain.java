package io.countersign.proxy.credentials;

import java.util.List;

/** Fetches a profile's keys twice and prints them, in a process of its own: the SDK finds the SSO cache by {@code HOME} alone. */
final class FetchProfileMain {
    private FetchProfileMain() {}

    public static void main(String[] args) throws Exception {
        ProfileKeys keys = new ProfileKeys(args[0], ProfileFiles.of(Environment.ofProcess()));
        for (int i : List.of(1, 2)) {
            try {
                Fetched fetched = keys.fetch();
                System.out.println(i + " " + fetched.keys().accessKeyId() + " "
                        + fetched.expiry().orElse(null));
            } catch (FetchFailure e) {
                System.out.println(i + " failed: " + e.getMessage());
            }
        }
    }
}
