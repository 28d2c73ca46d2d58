/** What the broker asks the platform: who may come in, what their messages mean, who is there. */
import type { Cause } from "../../event-log/event.ts";
import type { Platform } from "../../platform.ts";
import type { BrokerOptions, VehicleAddress } from "../messaging/broker.ts";
import type { Services } from "./operation.ts";

const causeOf = ({ vehicleId }: VehicleAddress): Cause => ({ actor: `vehicle:${vehicleId}`, correlationId: `connection-${vehicleId}`, causationId: "" });

export function vehicleDoor(services: Services): Pick<BrokerOptions, "admit" | "onTelemetry" | "onConnection" | "log"> {
  const { platform, nowMs, log } = services;
  const vehicleOf = ({ tenant, vehicleId }: VehicleAddress) => platform.tenant(tenant)?.tables.registry.get(vehicleId);
  return {
    admit(address, fingerprint) {
      const vehicle = vehicleOf(address);
      if (vehicle?.onboarding === undefined) return `${address.vehicleId} is not on board`;
      if (vehicle.service === "decommissioned") return `${address.vehicleId} is decommissioned`;
      if (vehicle.onboarding.identity.fingerprint !== fingerprint) return `${address.vehicleId} shows another certificate than it was given last`;
      if (nowMs() >= vehicle.onboarding.identity.expiresMs) return `the certificate of ${address.vehicleId} has expired`;
      return platform.tenant(address.tenant)?.tables.organisation.get(address.tenant)?.active === false ? "its organisation is suspended" : undefined;
    },
    onTelemetry: ({ tenant, vehicleId }, payload) => services.ingest.accept(tenant, vehicleId, payload),
    onConnection(address, fingerprint, connected) {
      const done = platform.decide(address.tenant, { cause: causeOf(address), asks: [{ context: "registry", id: address.vehicleId, command: connected ? { kind: "connect", fingerprint } : { kind: "disconnect", reason: "the connection ended" } }] });
      services.writer.kick();
      const fields = { tenant_id: address.tenant, entity_id: `vehicle/${address.vehicleId}` };
      if (done.ok) log.info(connected ? "vehicle connected" : "vehicle disconnected", fields);
      else log.warn(`connection state not noted: ${done.error.message}`, fields);
    },
    log: (message) => log.warn(message),
  };
}

/** At the start nobody is connected, whatever the log says of the time before. */
export function disconnectAll(platform: Platform): void {
  for (const tenant of platform.tenants()) {
    for (const vehicle of platform.tenant(tenant)?.tables.registry.values() ?? []) {
      if (vehicle.connected) platform.decide(tenant, { cause: { actor: "system:start", correlationId: "start", causationId: "" }, asks: [{ context: "registry", id: vehicle.id, command: { kind: "disconnect", reason: "the server was restarted" } }] });
    }
  }
}
