/**
 * Who may import whom, as data: for each room the folders it may use. Everything else of ours is forbidden to it.
 * `a <- b` of ARCHITECTURE.md reads here as `b: [a]`.
 */
const shared = ["fleet-core/kernel", "fleet-core/contract", "fleet-core/road"];

export const mayImport = {
  "fleet-core/kernel": ["fleet-core/kernel"],
  "fleet-core/contract": ["fleet-core/kernel", "fleet-core/contract"],
  "fleet-core/road": shared,
  // Files directly in fleet-core put the contexts together; they still never see a simulator.
  "fleet-core": ["fleet-core"],
  "fleet-core/mission": [...shared, "fleet-core/mission"],
  "fleet-core/dispatch": [...shared, "fleet-core/dispatch"],
  "fleet-core/telemetry": [...shared, "fleet-core/telemetry"],
  "fleet-core/event-log": [...shared, "fleet-core/event-log"],
  "fleet-core/organisations": [...shared, "fleet-core/organisations"],
  "fleet-core/fleets": [...shared, "fleet-core/fleets"],
  "fleet-core/vehicles": [...shared, "fleet-core/vehicles"],
  "fleet-core/planning": [...shared, "fleet-core/planning"],
  "fleet-core/trips": [...shared, "fleet-core/trips"],
  "fleet-core/commands": [...shared, "fleet-core/commands"],
  "fleet-core/alerts": [...shared, "fleet-core/alerts"],
  "fleet-core/audit": [...shared, "fleet-core/audit"],
  "fleet-core/policy": [...shared, "fleet-core/policy"],
  "fleet-core/adapters": ["fleet-core"],
  "edge-agent": [...shared, "edge-agent"],
  scenarios: [...shared, "scenarios"],
  twin: ["fleet-core", "edge-agent", "scenarios", "twin"],
  "replay/recording": ["fleet-core/kernel", "fleet-core/contract", "replay/recording"],
  replay: ["fleet-core", "edge-agent", "scenarios", "twin", "replay"],
  conformance: ["fleet-core", "edge-agent", "scenarios", "twin", "replay", "conformance"],
  "web/worker": ["fleet-core", "edge-agent", "scenarios", "twin", "replay", "web"],
  // The verifier page judges evidence with the code of the command line; all of it runs in its worker.
  "web/verifier": ["fleet-core", "edge-agent", "scenarios", "twin", "replay", "web"],
  web: [...shared, "replay/recording", "web"],
};

const rooms = ["twin", "scenarios", "fleet-core", "edge-agent", "replay", "conformance", "web", "ci"];
const nested = Object.keys(mayImport);

const zonesOf = (target, name, allowed) => rooms
  .filter((room) => !allowed.includes(room))
  .map((room) => ({
    target,
    from: `./${room}`,
    except: allowed.filter((a) => a === room || a.startsWith(`${room}/`)).map((a) => `./${a.slice(room.length + 1)}`),
    message: `${name} may import only ${allowed.join(", ")} (ci/import-directions.js).`,
  }));

/** Zones for `import-x/no-restricted-paths`: a file in `target` must not import from `from`, `except` below it allowed. */
export const directionZones = nested.flatMap((target) => {
  const allowed = mayImport[target];
  // A nested room (web/worker) has its own row; the row of its parent must not speak for it.
  const inner = nested.filter((other) => other !== target && other.startsWith(`${target}/`));
  if (target === "fleet-core") return zonesOf(["./fleet-core/*"], target, allowed);
  const targetGlob = inner.length === 0 ? `./${target}` : [`./${target}/*`, `./${target}/!(${inner.map((i) => i.slice(target.length + 1).split("/")[0]).join("|")})/**/*`];
  return zonesOf(targetGlob, target, allowed);
});
