/**
 * Approvals that replicas share. Start reading at {@link io.countersign.gateway.approval.sharing.Exchanging}; what is merged, and how,
 * is in {@link io.countersign.gateway.approval.Merging}.
 */
package io.countersign.gateway.approval.sharing;
