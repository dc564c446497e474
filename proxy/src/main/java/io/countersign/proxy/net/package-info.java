/**
 * What addresses mean to a proxy that signs.
 * Start reading at {@link io.countersign.proxy.net.AddressKind}.
 */
package io.countersign.proxy.net;
