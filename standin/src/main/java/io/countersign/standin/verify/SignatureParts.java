package io.countersign.standin.verify;

/** What the signature should have been made from, and what it should have been. */
public record SignatureParts(String canonicalRequest, String stringToSign, String expected, String provided) {}
