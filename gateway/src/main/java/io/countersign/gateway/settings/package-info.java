/** Puts the settings of the gateway's parts together; each part has a record and a reader of its own. */
package io.countersign.gateway.settings;
