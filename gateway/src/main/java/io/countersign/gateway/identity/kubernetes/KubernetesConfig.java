package io.countersign.gateway.identity.kubernetes;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Which issuer's tokens are taken, and for whom they must be.
 *
 * @param issuer as tokens name it, character by character; its keys are found through it
 * @param audience that a token must be for: one that is for the cluster's own API server is worth more than the right to call here
 * @param ca PEM file of the authorities to trust, in place of the JDK's; read at each fetch
 * @param tokenFile with the token to show the issuer, as the API server of a cluster wants one; read at each fetch
 * @param refresh how often the keys are fetched
 * @param maxStale for how long keys are used after the last fetch that succeeded
 */
public record KubernetesConfig(
        URI issuer,
        String audience,
        Optional<Path> ca,
        Optional<Path> tokenFile,
        Duration refresh,
        Duration maxStale) {}
