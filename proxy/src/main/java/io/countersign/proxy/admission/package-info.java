/**
 * Whether a request may go upstream, decided by its head alone.
 * Start reading at {@link io.countersign.proxy.admission.Admission}.
 */
package io.countersign.proxy.admission;
