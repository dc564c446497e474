/** The log of calls on disk: how it is written, kept within its bounds, and searched. Start reading at {@link io.countersign.gateway.calls.log.CallLog}. */
package io.countersign.gateway.calls.log;
