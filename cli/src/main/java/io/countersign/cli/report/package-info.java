/** What the command prints about a configuration: how each route will act, and the IAM policies that the routes need. */
package io.countersign.cli.report;
