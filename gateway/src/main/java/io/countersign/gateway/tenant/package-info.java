/**
 * Tenants: whose a request is, which routes it may take, with what credentials and fields. Start reading at
 * {@link io.countersign.gateway.tenant.TenantGuard}.
 */
package io.countersign.gateway.tenant;
