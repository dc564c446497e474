package io.countersign.gateway.redis;

import io.countersign.gateway.approval.sharing.SharedRecords;
import io.countersign.gateway.quota.SharedCounts;
import io.countersign.gateway.shared.StoreConnection;

/** All that replicas share through one connection. */
public interface SharedStore extends StoreConnection, SharedCounts, SharedRecords {}
