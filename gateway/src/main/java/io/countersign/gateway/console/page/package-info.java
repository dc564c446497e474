/** The console's page as it is served: its files, under names that change with their content. */
package io.countersign.gateway.console.page;
