/**
 * Who changed what, and when: a log that is only added to. Start reading at {@link io.countersign.gateway.audit.AuditLog}.
 */
package io.countersign.gateway.audit;
