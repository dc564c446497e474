/** How much each tenant may use: requests by rate and burst, and bytes a day, each replica its share. */
package io.countersign.gateway.quota;
