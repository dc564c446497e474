/**
 * Lists that come from elsewhere: fetched, checked, polled for, and kept as copies.
 * Start reading at {@link io.countersign.proxy.lists.FetchedLists}.
 */
package io.countersign.proxy.lists;
