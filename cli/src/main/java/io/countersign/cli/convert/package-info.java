/**
 * What the configurations of other proxies and agents equal here: each setting with where it came from, and what has no equal with its
 * reason. Start reading at {@link io.countersign.cli.convert.Conversion}.
 */
package io.countersign.cli.convert;
