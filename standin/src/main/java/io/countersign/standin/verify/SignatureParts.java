package io.countersign.standin.verify;

/**
 * What the signature should have been made from, and what it should have been.
 *
 * @param expected empty with Signature Version 4A, where each request has more than one right signature
 */
public record SignatureParts(String canonicalRequest, String stringToSign, String expected, String provided) {}
