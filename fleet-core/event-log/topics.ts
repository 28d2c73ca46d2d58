/** The sixteen topics of the event bus, what each carries, and which one an event goes to. */

export const TOPICS = {
  "vehicle.lifecycle": "registered, onboarded, online, degraded, in maintenance, grounded, decommissioned",
  "vehicle.connection": "connected and disconnected, by the broker's own knowledge and by last will",
  "vehicle.telemetry.raw": "telemetry as it came, before anybody looked at it",
  "vehicle.telemetry.processed": "telemetry that passed validation and is stored",
  "vehicle.telemetry.dlq": "telemetry that was refused, with the reason",
  "vehicle.commands": "commands issued, delivered, expired, cancelled",
  "vehicle.command-acks": "answers of vehicles to commands",
  "fleet.lifecycle": "fleets created, configured, suspended, archived; stops of whole fleets",
  "mission.lifecycle": "mission templates and missions",
  "trip.lifecycle": "trips from creation to completion, phase by phase",
  "policy.decisions": "what policy was asked and what it answered",
  "alert.lifecycle": "alerts raised, acknowledged, escalated, resolved",
  "incident.lifecycle": "incidents opened, worked on, closed",
  "tenant.lifecycle": "organisations, entitlements, members",
  "system.audit": "who asked for which write, and whether it was done",
  "system.dlq": "events no consumer could process",
} as const;

export type Topic = keyof typeof TOPICS;

/** First word of an event type to its topic; an unknown word goes where it is seen. */
const BY_CONTEXT: ReadonlyMap<string, Topic> = new Map<string, Topic>([
  ["registry", "vehicle.lifecycle"],
  ["connection", "vehicle.connection"],
  ["command", "vehicle.commands"],
  ["stop", "fleet.lifecycle"],
  ["fleet", "fleet.lifecycle"],
  ["template", "mission.lifecycle"],
  ["plan", "mission.lifecycle"],
  ["mission", "mission.lifecycle"],
  ["trip", "trip.lifecycle"],
  ["policy", "policy.decisions"],
  ["alert", "alert.lifecycle"],
  ["incident", "incident.lifecycle"],
  ["organisation", "tenant.lifecycle"],
  ["audit", "system.audit"],
]);

export function topicOf(eventType: string): Topic {
  const context = eventType.slice(0, eventType.indexOf("."));
  if (eventType === "command.answered" || eventType === "command.accepted" || eventType === "command.executed" || eventType === "command.refused") return "vehicle.command-acks";
  return BY_CONTEXT.get(context) ?? "system.dlq";
}
