/** Events as sentences for the log: one line each, for people. Machines read the event log. */
import type { VehicleEvent } from "./dispatch/events.ts";
import type { MissionEvent } from "./mission/events.ts";

export function sayMission(missionId: string, event: MissionEvent): string {
  switch (event.type) {
    case "mission.requested": {
      const { vehicle_class: vehicleClass, vehicle_id: vehicleId, stops, repeat } = event.data.mission;
      return `mission ${missionId} requested: ${stops.map((stop) => stop.name).join(", ")}${repeat ? ", again and again" : ""}, for ${vehicleId ?? `a ${vehicleClass}`}`;
    }
    case "mission.unassignable":
      return `mission ${missionId} waits: ${event.data.reason}`;
    case "mission.assigned":
      return `mission ${missionId} goes to ${event.data.vehicleId} (${event.data.commandId}): ${event.data.why}`;
    case "mission.declined":
      return `mission ${missionId} comes back from ${event.data.vehicleId}: ${event.data.reason}`;
    case "mission.started":
      return `mission ${missionId} is under way with ${event.data.vehicleId}`;
    case "mission.completed":
      return `mission ${missionId} completed by ${event.data.vehicleId}${event.data.evidence === "telemetry" ? " (by its telemetry; its answer never came)" : ""}`;
    case "mission.failed":
      return `mission ${missionId} failed${event.data.vehicleId === undefined ? "" : ` with ${event.data.vehicleId}`}: ${event.data.reason}`;
    case "mission.cancel-requested":
      return `mission ${missionId} is to be cancelled (${event.data.commandId}): ${event.data.reason}`;
    case "mission.cancel-refused":
      return `mission ${missionId} goes on, it was not cancelled: ${event.data.reason}`;
    case "mission.cancelled":
      return `mission ${missionId} cancelled: ${event.data.reason}`;
  }
}

export function sayVehicle(vehicleId: string, event: VehicleEvent): string {
  switch (event.type) {
    case "command.issued":
      return `${event.data.command.command_id} to ${vehicleId}: ${event.data.command.command_type}`;
    case "command.answered":
      return `${event.data.commandId}: ${vehicleId} says ${event.data.outcome}${event.data.reason === undefined ? "" : `, ${event.data.reason}`}`;
    case "command.expired":
      return `${event.data.commandId}: ${vehicleId} did not answer ${event.data.attempts} attempts`;
    case "command.superseded":
      return `${event.data.commandId} to ${vehicleId} dropped: ${event.data.reason} (${event.data.by})`;
  }
}
