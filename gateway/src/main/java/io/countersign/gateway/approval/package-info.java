/**
 * Callers who have to be approved before they may use a route, or call at all. Start reading at
 * {@link io.countersign.gateway.approval.Approvals}; docs/APPROVAL.md says how it is used.
 */
package io.countersign.gateway.approval;
