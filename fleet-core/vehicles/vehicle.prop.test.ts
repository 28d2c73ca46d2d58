import fc from "fast-check";
import { expect, it } from "vitest";
import { coverageOf, type ConformanceCertificate } from "../contract/conformance-certificate.ts";
import { checkContext, DIGEST_A, DIGEST_B, START_MS } from "../contract/test-context.ts";
import { GROUNDED_BELOW, healthScore, type HealthReading } from "./health.ts";
import { statusOf, unfitReason, vehicleCommandSchema, vehicleEventSchema, vehicles, type VehicleCommand } from "./vehicle.ts";

const claim = { profileId: "haul-truck", profileDigest: DIGEST_A, sensorPackDigest: DIGEST_A, agentBuildDigest: DIGEST_A };
const certificate: ConformanceCertificate = { schema: "atlasmesh.conformance-certificate/1", certificate_id: "cert-1", profile_id: "haul-truck", profile_digest: DIGEST_A, sensor_pack_digest: DIGEST_A, agent_build_digest: DIGEST_A, gate_set: "1", issued_ms: START_MS - 1000, expires_ms: START_MS + 120_000, issuer: "ci" };
const identity = (fingerprint: string) => ({ fingerprint, spiffeId: "spiffe://fleet/vehicle/v-1", expiresMs: START_MS + 150_000 });
const reading: fc.Arbitrary<HealthReading> = fc.record({ brakes: fc.constantFrom(0.2, 0.5, 0.8, 1), tyres: fc.constantFrom(0.1, 0.9), energy: fc.constantFrom(0.5, 1) }, { requiredKeys: [] }) as fc.Arbitrary<HealthReading>;
const coverage = fc.constantFrom(coverageOf(claim, [certificate], new Set(), START_MS), coverageOf({ ...claim, agentBuildDigest: DIGEST_B }, [certificate], new Set(), START_MS));
const reason = fc.constant("because");

const kinds: fc.Arbitrary<VehicleCommand>[] = [
  fc.record({ kind: fc.constant("register" as const), id: fc.constant("v-1"), fleetId: fc.constant("f-1"), vehicleClass: fc.constant("haul-truck"), assetTag: fc.constant("T1"), manufacturer: fc.constant("M"), model: fc.constant("X"), serialNumber: fc.constantFrom("S1", "S2") }),
  fc.record({ kind: fc.constant("onboard" as const), claim: fc.constant(claim), identity: fc.constantFrom(identity(DIGEST_A), identity(DIGEST_B)), coverage }),
  fc.record({ kind: fc.constant("renew-identity" as const), identity: fc.constantFrom(identity(DIGEST_A), identity(DIGEST_B)) }),
  fc.record({ kind: fc.constant("connect" as const), fingerprint: fc.constantFrom(DIGEST_A, DIGEST_B) }),
  fc.record({ kind: fc.constant("disconnect" as const), reason }),
  fc.record({ kind: fc.constant("report-health" as const), reading }),
  fc.record({ kind: fc.constant("start-maintenance" as const), reason }),
  fc.record({ kind: fc.constant("finish-maintenance" as const), reading }),
  fc.record({ kind: fc.constant("ground" as const), reason }),
  fc.record({ kind: fc.constant("release" as const), reason }),
  fc.record({ kind: fc.constant("move" as const), fleetId: fc.constantFrom("f-1", "f-2") }),
  fc.record({ kind: fc.constant("decommission" as const), reason }),
];

const onBoard: readonly VehicleCommand[] = [
  { kind: "register", id: "v-1", fleetId: "f-1", vehicleClass: "haul-truck", assetTag: "T1", manufacturer: "M", model: "X", serialNumber: "S1" },
  { kind: "onboard", claim, identity: identity(DIGEST_A), coverage: coverageOf(claim, [certificate], new Set(), START_MS) },
  { kind: "connect", fingerprint: DIGEST_A },
];

it("no vehicle comes on board without a covering certificate, connects with a foreign key, or drives when it must stand", () => {
  checkContext({
    context: vehicles,
    eventSchema: vehicleEventSchema,
    commandSchema: vehicleCommandSchema,
    commands: kinds,
    runs: 400,
    openings: [onBoard, [...onBoard, { kind: "start-maintenance", reason: "brakes" }], [...onBoard, { kind: "ground", reason: "crash" }], [...onBoard, { kind: "decommission", reason: "old" }]],
    gapMs: fc.oneof({ weight: 9, arbitrary: fc.nat(5000) }, { weight: 1, arbitrary: fc.constant(130_000) }),
    model: () => ({ covered: false, key: "", gone: false }),
    follow(model, { command, refused, after, events, nowMs }) {
      if (command.kind === "onboard" && command.coverage.kind === "uncovered" && after !== undefined && !model.gone) expect(refused).toBe("other-build");
      if (events.some((event) => event.type === "registry.onboarded")) {
        expect(command.kind === "onboard" && command.coverage.kind).toBe("covered");
        expect(nowMs).toBeLessThan(certificate.expires_ms);
        model.covered = true;
      }
      if ((command.kind === "onboard" || command.kind === "renew-identity") && refused === undefined) model.key = command.identity.fingerprint;
      if (command.kind === "connect" && refused === undefined) expect(command.fingerprint).toBe(model.key);
      if (model.gone) expect(events).toEqual([]);
      if (command.kind === "decommission" && refused === undefined) model.gone = true;
      if (after === undefined) return;
      if (after.service === "in-service" || after.connected) expect(model.covered).toBe(true);
      if (after.service === "in-service" && after.health !== undefined && after.health.score < GROUNDED_BELOW) expect(events.every((event) => event.type === "registry.onboarded")).toBe(true);
      const fit = unfitReason(after, nowMs) === undefined;
      if (fit) expect([statusOf(after), model.covered, nowMs < certificate.expires_ms]).toEqual([expect.stringMatching(/^(online|degraded)$/), true, true]);
      if (after.service === "grounded" || after.service === "maintenance" || after.service === "decommissioned") expect(fit).toBe(false);
    },
    mustReach: ["registry.onboarded", "registry.online", "registry.offline", "registry.grounded", "registry.released", "registry.maintenance-finished", "registry.decommissioned", "refused other-build", "refused wrong-identity", "refused unhealthy", "refused expired", "refused decommissioned", "refused not-onboarded"],
  });
});

it("the health score is never better than the worst vital part, and unknown is not well", () => {
  expect(healthScore({})).toEqual({ score: 0, reasons: ["nothing was measured"] });
  expect(healthScore({ brakes: 1, steering: 1, tyres: 1, connectivity: 0 }).score).toBe(89);
  expect(healthScore({ brakes: 0.3, steering: 1, tyres: 1 })).toEqual({ score: 30, reasons: ["brakes 30 %"] });
  fc.assert(fc.property(reading, (r) => {
    const { score } = healthScore(r);
    expect(score).toBeGreaterThanOrEqual(0);
    expect(score).toBeLessThanOrEqual(Math.round(100 * (r.brakes ?? 1)));
  }));
});

it.each<[string, Partial<ConformanceCertificate>, readonly string[], string]>([
  ["another profile version", { profile_digest: DIGEST_B }, [], "other-profile"],
  ["another sensor pack", { sensor_pack_digest: DIGEST_B }, [], "other-sensors"],
  ["another build", { agent_build_digest: DIGEST_B }, [], "other-build"],
  ["another vehicle", { profile_id: "bus" }, [], "no-certificate"],
  ["a time that is over", { expires_ms: START_MS }, [], "expired"],
  ["a time to come", { issued_ms: START_MS + 1 }, [], "not-yet-valid"],
  ["a revoked one", {}, ["cert-1"], "revoked"],
])("a certificate for %s does not cover", (_, change, revoked, code) => {
  expect(coverageOf(claim, [{ ...certificate, ...change }], new Set(revoked), START_MS)).toMatchObject({ kind: "uncovered", code });
  expect(coverageOf(claim, [{ ...certificate, ...change }, certificate], new Set(), START_MS).kind).toBe("covered");
});
