/** The life of a route: a draft for a few, live, deprecated, retired; and the catalogue of what there is. */
package io.countersign.gateway.lifecycle;
