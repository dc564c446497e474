/**
 * Decides by address who may call: deny wins over any allow, and an allow list makes everything else denied.
 * Start reading at {@link io.countersign.proxy.access.IpRules}.
 */
package io.countersign.proxy.access;
