/**
 * Which driver model a controller of the file, or a word of the command line, asks for, and with what parameters. Knows
 * our own property `atlasmesh.driver` and the controllers of the widely used public player that mean the same models, so
 * that files written for it run. Unknown controllers are nobody's driver; unknown models of ours are an error.
 */
import type { Diagnostic } from "../../fleet-core/kernel/result.ts";
import { ACC, type AccParameters } from "./acc.ts";
import { IDM_CAR, type IdmParameters } from "./idm.ts";
import { CAREFUL, FUZZY, REGULATION, RSS, type ReferenceDriver } from "./reference.ts";

export const DRIVER_NAMES = ["idm", "acc", "cc", "fsm", "rss", "reg157"] as const;
export type DriverName = (typeof DRIVER_NAMES)[number];

export type DriverModel =
  | { readonly kind: "idm"; readonly idm: IdmParameters }
  | { readonly kind: "acc"; readonly acc: AccParameters; /** Whoever is within this lateral distance in the lane counts. */ readonly besideM: number }
  | {
      readonly kind: "reference";
      readonly driver: ReferenceDriver;
      /** Keeps set speed and distance while nothing is critical; otherwise it holds its speed. */
      readonly cruise: boolean;
      /** Once it brakes it brakes to a standstill. */
      readonly fullStop: boolean;
      /** Emergency braking behind the driver's: below this time to collision; undefined: none. */
      readonly aebTtcS: number | undefined;
    };

export interface DriverSpec {
  readonly name: DriverName;
  readonly model: DriverModel;
  /** Undefined: the speed it has when it takes over, or what the storyboard asks for. */
  readonly setMps: number | undefined;
}

export const OWN_PROPERTY = "atlasmesh.driver";

export const isDriverName = (word: string): word is DriverName => (DRIVER_NAMES as readonly string[]).includes(word);

const REFERENCES: ReadonlyMap<DriverName, ReferenceDriver> = new Map<DriverName, ReferenceDriver>([["cc", CAREFUL], ["fsm", FUZZY], ["rss", RSS], ["reg157", REGULATION]]);

type Properties = ReadonlyMap<string, string>;

/** Controller types of the public player, by property or name, and the model each stands for. */
const PEER_TYPES: ReadonlyMap<string, DriverName | "r157"> = new Map<string, DriverName | "r157">([
  ["ACCController", "acc"], ["ControllerACC", "acc"],
  ["ALKS_R157SM_Controller", "r157"], ["ControllerALKS_R157SM", "r157"],
  ["ECE_ALKS_RefDriverController", "cc"], ["ControllerECE_ALKS_RefDriver", "cc"],
  ["NaturalDriver", "idm"], ["ControllerNaturalDriver", "idm"],
]);
const PEER_MODELS: ReadonlyMap<string, DriverName> = new Map<string, DriverName>([["Regulation", "reg157"], ["ReferenceDriver", "cc"], ["RSS", "rss"], ["FSM", "fsm"]]);

/** The driver a controller asks for; undefined: none of ours; an error text for a model or number that cannot be. */
export function driverOfController(controller: { readonly name: string; readonly properties: Properties }): DriverSpec | undefined | { readonly error: string; readonly expected: string } {
  const { properties } = controller;
  const own = properties.get(OWN_PROPERTY);
  if (own !== undefined && !isDriverName(own)) return { error: `controller ${controller.name}: ${OWN_PROPERTY} is "${own}"`, expected: `one of ${DRIVER_NAMES.join(", ")}` };
  let name: DriverName | undefined = own;
  if (name === undefined) {
    const type = PEER_TYPES.get(properties.get("esminiController") ?? controller.name);
    if (type === undefined) return undefined;
    const model = properties.get("model") ?? "ReferenceDriver";
    name = type === "r157" ? PEER_MODELS.get(model) : type;
    if (name === undefined) return { error: `controller ${controller.name}: model is "${model}"`, expected: `one of ${[...PEER_MODELS.keys()].join(", ")}` };
  }
  for (const key of NUMBERS) {
    const text = properties.get(key);
    if (text !== undefined && !Number.isFinite(Number(text))) return { error: `controller ${controller.name}: ${key} is "${text}"`, expected: "a number" };
  }
  return driverNamed(name, properties);
}

/** What is wrong with the drivers the entities' controllers ask for. */
export function checkDrivers(file: string, entities: readonly { readonly name: string; readonly controllers: readonly { readonly name: string; readonly properties: Properties }[] }[]): readonly Diagnostic[] {
  return entities.flatMap(({ name, controllers }) => controllers.flatMap((controller) => {
    const driver = driverOfController(controller);
    return driver !== undefined && "error" in driver ? [{ severity: "error" as const, file, path: name, message: driver.error, expected: driver.expected }] : [];
  }));
}

const NUMBERS = ["setSpeed", "timeGap", "lateralDist", "aebTTC", "desiredSpeed", "desiredDistance", "thw", "maxAcc", "maxDec"];

/** A driver by name, with the parameters that properties change. */
export function driverNamed(name: DriverName, properties: Properties = new Map()): DriverSpec {
  const number = (key: string): number | undefined => (properties.has(key) ? Number(properties.get(key)) : undefined);
  const truth = (key: string, otherwise: boolean): boolean => (properties.has(key) ? properties.get(key)?.toLowerCase() === "true" : otherwise);
  switch (name) {
    case "idm": {
      const brake = number("maxDec");
      const idm: IdmParameters = {
        ...IDM_CAR,
        standM: number("desiredDistance") ?? IDM_CAR.standM,
        timeGapS: number("timeGap") ?? number("thw") ?? IDM_CAR.timeGapS,
        accelMps2: number("maxAcc") ?? IDM_CAR.accelMps2,
        comfortBrakeMps2: brake === undefined ? IDM_CAR.comfortBrakeMps2 : Math.abs(brake),
      };
      return { name, model: { kind: "idm", idm }, setMps: number("setSpeed") ?? number("desiredSpeed") };
    }
    case "acc":
      // Without `mode` the set speed is that of the moment it takes over.
      return { name, model: { kind: "acc", acc: { ...ACC, timeGapS: number("timeGap") ?? ACC.timeGapS }, besideM: number("lateralDist") ?? 5 }, setMps: properties.get("mode") === "override" || properties.has(OWN_PROPERTY) ? number("setSpeed") : undefined };
    case "cc":
    case "fsm":
    case "rss":
    case "reg157": {
      const aeb = number("aebTTC");
      return {
        name,
        model: { kind: "reference", driver: REFERENCES.get(name) ?? CAREFUL, cruise: truth("cruise", true), fullStop: truth("fullStop", false), aebTtcS: name === "cc" ? aeb : undefined },
        setMps: number("setSpeed"),
      };
    }
  }
}
