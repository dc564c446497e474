/**
 * What an operator does to a running proxy, and what it must bear: edited files, a long run, large answers, its end.
 * Start reading at {@link io.countersign.proxy.operations.Site}, a folder of files with a proxy that runs from them.
 */
package io.countersign.proxy.operations;
