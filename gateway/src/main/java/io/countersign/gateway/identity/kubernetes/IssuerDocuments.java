package io.countersign.gateway.identity.kubernetes;

import java.io.IOException;

/** Where an issuer's keys come from; blocks. */
@FunctionalInterface
interface IssuerDocuments {
    /** The issuer's JSON Web Key Set; an {@link IOException} says what went wrong, without any secret. */
    String keys() throws IOException;
}
