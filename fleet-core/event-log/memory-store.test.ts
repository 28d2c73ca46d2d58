import { asAsync } from "./adapters/port.ts";
import { describeEventStore, sha256 } from "./adapters/test-conformance.ts";
import { createMemoryEventStore } from "./memory-store.ts";

const store = asAsync(createMemoryEventStore({ nowMs: () => 1_800_000_000_000, sha256 }));
describeEventStore("in memory", () => store);
