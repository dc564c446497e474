/**
 * What happened to requests lately: the last calls one by one, and how often each caller and each rule was seen. All of it in bounded
 * memory. Start reading at {@link io.countersign.gateway.calls.Calls}.
 */
package io.countersign.gateway.calls;
