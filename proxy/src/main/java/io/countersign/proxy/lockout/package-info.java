/** Who has called lately, and whom new lists would shut out. Start reading at {@link io.countersign.proxy.lockout.ReloadCheck}. */
package io.countersign.proxy.lockout;
