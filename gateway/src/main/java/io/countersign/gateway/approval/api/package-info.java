/**
 * Approvals in the console's API. Start reading at {@link io.countersign.gateway.approval.api.ApprovalResources}.
 */
package io.countersign.gateway.approval.api;
