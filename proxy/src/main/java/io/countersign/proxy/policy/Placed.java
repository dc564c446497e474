package io.countersign.proxy.policy;

import io.countersign.proxy.policy.json.Position;

/** A text of a policy and where it is written. */
record Placed(Position at, String text) {}
