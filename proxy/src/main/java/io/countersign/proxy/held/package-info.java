/** What agents hold while they are asked to keep their data, and how long they can. */
package io.countersign.proxy.held;
