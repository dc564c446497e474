/**
 * The one folder that the process may write to, and how commands edit files of an operator. Start reading at {@link io.countersign.proxy.state.StateFolder}.
 */
package io.countersign.proxy.state;
