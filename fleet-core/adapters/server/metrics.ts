/** What Prometheus reads, under the names the operations handbook uses, beside the usual four golden signals. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

export interface Metrics {
  readonly registry: Registry;
  readonly requests: Histogram<"method" | "route" | "status">;
  readonly policyDecisions: Counter<"outcome">;
  readonly decisionLatency: Histogram<string>;
  readonly assignments: Counter<"outcome">;
  readonly assignmentLatency: Histogram<string>;
  readonly trips: Counter<string>;
  readonly tripDuration: Histogram<string>;
  readonly emergencyStops: Counter<string>;
  readonly storeBatch: Histogram<string>;
  readonly telemetry: Counter<"outcome">;
}

/** Figures read at the moment somebody asks. */
export interface Sources {
  readonly activeVehicles: () => number;
  /** 0 to 100. */
  readonly utilizationPercent: () => number;
  readonly journalBacklog: () => number;
  readonly connections: () => number;
  readonly quality: () => Readonly<Record<string, number>>;
}

export function createMetrics(sources: Sources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({ name, help, registers, collect() { this.set(read()); } });
  };
  gauge("active_vehicles", "Vehicles connected and in service", sources.activeVehicles);
  gauge("fleet_utilization_percentage", "Share of vehicles in service that have a trip", sources.utilizationPercent);
  gauge("event_journal_backlog", "Decisions not on disk yet", sources.journalBacklog);
  gauge("vehicle_connections", "Vehicles connected to the broker", sources.connections);
  new Gauge({
    name: "data_quality",
    help: "Telemetry since the start, 0 to 1, by dimension",
    labelNames: ["dimension"] as const,
    registers,
    collect() {
      for (const [dimension, value] of Object.entries(sources.quality())) this.set({ dimension }, value);
    },
  });
  const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
  const assignments = new Counter({ name: "trip_assignments_total", help: "Assignments of trips to vehicles, by outcome", labelNames: ["outcome"] as const, registers });
  const share = (name: string, help: string, counter: Counter<"outcome">, good: readonly string[]): void => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const { values } = await counter.get();
        const all = values.reduce((sum, { value }) => sum + value, 0);
        const well = values.filter(({ labels }) => good.includes(String(labels.outcome))).reduce((sum, { value }) => sum + value, 0);
        // Nothing tried yet is no failure.
        this.set(all === 0 ? 1 : well / all);
      },
    });
  };
  share("trip_assignment_success_rate", "Share of assignments that found a vehicle (aim > 0.95)", assignments, ["assigned"]);
  return {
    registry,
    requests: new Histogram({ name: "http_request_duration_seconds", help: "Time to answer, by route and status", labelNames: ["method", "route", "status"] as const, buckets: seconds, registers }),
    policyDecisions: new Counter({ name: "policy_decisions_total", help: "Policy decisions, by outcome", labelNames: ["outcome"] as const, registers }),
    decisionLatency: new Histogram({ name: "decision_latency_seconds", help: "Time policy takes to decide (aim p99 < 10 ms)", buckets: [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.01, 0.05], registers }),
    assignments,
    assignmentLatency: new Histogram({ name: "assignment_latency_seconds", help: "Time to assign a trip (aim p95 < 2 s)", buckets: seconds, registers }),
    trips: new Counter({ name: "trips_total", help: "Trips completed (rate over an hour: trips_per_hour)", registers }),
    tripDuration: new Histogram({ name: "trip_duration_seconds", help: "From start to completion", buckets: [60, 120, 300, 600, 1200, 1800, 3600, 7200], registers }),
    emergencyStops: new Counter({ name: "emergency_stops_total", help: "Emergency stops ordered (increase over a day: emergency_stops_per_day)", registers }),
    storeBatch: new Histogram({ name: "event_store_commit_seconds", help: "Time of one commit of the event store", buckets: seconds, registers }),
    telemetry: new Counter({ name: "telemetry_ingestion_total", help: "Telemetry records, by outcome (rate: telemetry_ingestion_rate)", labelNames: ["outcome"] as const, registers }),
  };
}
