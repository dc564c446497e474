/**
 * The one folder that the process may write to. Start reading at {@link io.countersign.proxy.state.StateFolder}.
 */
package io.countersign.proxy.state;
