/** Small maps and scenarios for tests, as text. Nothing here is shipped or read by the product. */
import { invariant } from "../fleet-core/kernel/invariant.ts";
import { createRng } from "../fleet-core/kernel/rng.ts";
import { timeUs } from "../fleet-core/kernel/time.ts";
import { formatDiagnostic } from "../fleet-core/kernel/result.ts";
import { loadScenario, type LoadOptions, type LoadResult } from "./load.ts";
import type { CustomCommand, ScenarioPlayer, StoryboardChange } from "./types.ts";

/** One straight road "1" along +x, two lanes each way of 3.5 m. */
export function straightMap(lengthM = 1000): string {
  const lane = (id: number): string => `<lane id="${id}" type="driving" level="false"><width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane>`;
  return `<?xml version="1.0"?>
<OpenDRIVE><header revMajor="1" revMinor="6" name="straight" version="1" date="2026-01-01T00:00:00" north="0" south="0" east="0" west="0" vendor="test"/>
<road name="r" length="${lengthM}" id="1" junction="-1"><planView><geometry s="0" x="0" y="0" hdg="0" length="${lengthM}"><line/></geometry></planView>
<lanes><laneSection s="0"><left>${lane(2)}${lane(1)}</left><center><lane id="0" type="none" level="false"/></center><right>${lane(-1)}${lane(-2)}</right></laneSection></lanes></road></OpenDRIVE>`;
}

const performance = '<Performance maxSpeed="70" maxAcceleration="10" maxDeceleration="10"/>';
const axles = '<Axles><FrontAxle maxSteering="0.5" wheelDiameter="0.6" trackWidth="1.6" positionX="2.8" positionZ="0.3"/><RearAxle maxSteering="0" wheelDiameter="0.6" trackWidth="1.6" positionX="0" positionZ="0.3"/></Axles>';

export function vehicle(name: string, inside = ""): string {
  return `<ScenarioObject name="${name}"><Vehicle name="car" vehicleCategory="car"><BoundingBox><Center x="1.4" y="0" z="0.75"/><Dimensions width="2" length="4" height="1.5"/></BoundingBox>${performance}${axles}<Properties/></Vehicle>${inside}</ScenarioObject>`;
}

export const atLane = (lane: number, s: number, offset = 0): string => `<Position><LanePosition roadId="1" laneId="${lane}" s="${s}" offset="${offset}"/></Position>`;
export const teleport = (lane: number, s: number): string => `<PrivateAction><TeleportAction>${atLane(lane, s)}</TeleportAction></PrivateAction>`;
export const speed = (mps: number, shape = "step", dimension = "time", value = 0): string =>
  `<PrivateAction><LongitudinalAction><SpeedAction><SpeedActionDynamics dynamicsShape="${shape}" dynamicsDimension="${dimension}" value="${value}"/><SpeedActionTarget><AbsoluteTargetSpeed value="${mps}"/></SpeedActionTarget></SpeedAction></LongitudinalAction></PrivateAction>`;
export const command = (type: string, content: string): string => `<UserDefinedAction><CustomCommandAction type="${type}">${content}</CustomCommandAction></UserDefinedAction>`;

export const atTime = (s: number, edge = "none", delay = 0, rule = "greaterOrEqual"): string => `<Condition name="t" delay="${delay}" conditionEdge="${edge}"><ByValueCondition><SimulationTimeCondition value="${s}" rule="${rule}"/></ByValueCondition></Condition>`;
export const onState = (type: string, ref: string, state: string, edge = "none", delay = 0): string =>
  `<Condition name="s" delay="${delay}" conditionEdge="${edge}"><ByValueCondition><StoryboardElementStateCondition storyboardElementType="${type}" storyboardElementRef="${ref}" state="${state}"/></ByValueCondition></Condition>`;
export const trigger = (...conditions: readonly string[]): string => `<ConditionGroup>${conditions.join("")}</ConditionGroup>`;

export const event = (name: string, actions: string, start: string, more = ""): string => `<Event name="${name}" priority="${/priority/.test(more) ? "" : "parallel"}" ${more}>${actions}<StartTrigger>${start}</StartTrigger></Event>`.replace('priority="" ', "");
export const action = (name: string, inside: string): string => `<Action name="${name}">${inside}</Action>`;

export interface Parts {
  readonly version?: string;
  readonly head?: string;
  readonly catalogs?: string;
  readonly entities?: string;
  readonly init?: string;
  readonly events?: string;
  readonly actors?: readonly string[];
  readonly stop?: string;
  readonly stories?: string;
  readonly map?: string;
  /** After LogicFile in RoadNetwork. */
  readonly roads?: string;
}

/** A whole scenario, its parts on lines of their own so that tests can name places. */
export function scenarioText(parts: Parts): string {
  const actors = (parts.actors ?? ["Ego"]).map((a) => `<EntityRef entityRef="${a}"/>`).join("");
  const story = parts.stories ?? (parts.events === undefined ? "" : `<Story name="S"><Act name="A"><ManeuverGroup name="G" maximumExecutionCount="1"><Actors selectTriggeringEntities="false">${actors}</Actors><Maneuver name="M">
${parts.events}
</Maneuver></ManeuverGroup><StartTrigger>${trigger(atTime(0))}</StartTrigger></Act></Story>`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<OpenSCENARIO>
<FileHeader revMajor="1" revMinor="${parts.version ?? "3"}" date="2026-03-01T06:00:00" description="test" author="us"/>
${parts.head ?? ""}
<CatalogLocations>${parts.catalogs ?? ""}</CatalogLocations>
<RoadNetwork><LogicFile filepath="${parts.map ?? "map.xodr"}"/>${parts.roads ?? ""}</RoadNetwork>
<Entities>
${parts.entities ?? vehicle("Ego")}
</Entities>
<Storyboard>
<Init><Actions>
${parts.init ?? `<Private entityRef="Ego">${teleport(-1, 50)}${speed(10)}</Private>`}
</Actions></Init>
${story}
<StopTrigger>${parts.stop ?? trigger(atTime(60))}</StopTrigger>
</Storyboard>
</OpenSCENARIO>
`;
}

export function loadText(text: string, more: Readonly<Record<string, string>> = {}, options: LoadOptions = {}): LoadResult {
  const files = new Map<string, string>([["a.xosc", text], ["map.xodr", straightMap()], ...Object.entries(more)]);
  return loadScenario("a.xosc", (path) => files.get(path), options);
}

/** Messages of a file that must be refused, one per problem. */
export function problemsOf(text: string, more: Readonly<Record<string, string>> = {}, options: LoadOptions = {}): readonly string[] {
  return loadText(text, more, options).diagnostics.map(formatDiagnostic);
}

export interface Play {
  readonly player: ScenarioPlayer;
  readonly changes: StoryboardChange[];
  readonly commands: CustomCommand[];
  /** Plays on until `s` seconds, or the end. */
  to(s: number): void;
  /** Steps at which an element took a state. */
  steps(name: string, state: string): readonly number[];
}

export const STEP_US = 10_000;

export function play(parts: Parts, more: Readonly<Record<string, string>> = {}, options: { readonly disableControllers?: boolean } = {}): Play {
  const result = loadText(scenarioText(parts), more);
  invariant(result.scenario !== undefined, result.diagnostics.map(formatDiagnostic).join("\n"));
  const player = result.scenario.play({ rng: createRng(1), stepUs: STEP_US, disableControllers: options.disableControllers ?? false });
  const changes: StoryboardChange[] = [];
  const commands: CustomCommand[] = [];
  let step = -1;
  return {
    player,
    changes,
    commands,
    to(s) {
      const last = Math.round((s * 1e6) / STEP_US);
      while (step < last && player.ended === undefined) {
        step += 1;
        player.step(timeUs(step * STEP_US));
        changes.push(...player.takeChanges());
        commands.push(...player.takeCommands());
      }
    },
    steps: (name, state) => changes.filter((c) => c.name === name && c.state === state).map((c) => c.step),
  };
}
