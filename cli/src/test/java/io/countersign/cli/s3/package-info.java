/**
 * Countersign before a server that speaks S3 and verifies every signature by code of its own, called by curl.
 * Start reading at {@link io.countersign.cli.s3.S3CompatibleServerTest}.
 */
package io.countersign.cli.s3;
