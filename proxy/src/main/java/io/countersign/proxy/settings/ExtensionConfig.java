package io.countersign.proxy.settings;

/**
 * What an extension has read of a configuration: immutable, checked, and equal to what is read again while nothing has changed. Only
 * the extension knows what is in it.
 */
public interface ExtensionConfig {}
