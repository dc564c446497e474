/** What was last found out about AWS's rejections: {@link io.countersign.proxy.observe.LastRejections}. */
package io.countersign.proxy.observe;
