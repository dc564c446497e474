/** The settings of the console, and all settings as the console shows them. */
package io.countersign.gateway.console.config;
