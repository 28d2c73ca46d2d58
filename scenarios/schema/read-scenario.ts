/**
 * A checked OpenSCENARIO document to the scenario model: header, parameters, entities, storyboard; then the references.
 * Everything wrong is reported at once; a model is given only when nothing was an error.
 */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import { createCatalogStore, type CatalogFiles, type CatalogStore } from "./catalogs.ts";
import { readParameters, readVariables } from "./declarations.ts";
import type { Act, Event, Extras, InitAction, Maneuver, ManeuverGroup, NamedAction, Scenario, Story } from "./model.ts";
import { emptyScope, epochMsOf, type Scope } from "./parameters.ts";
import type { Problems } from "./problems.ts";
import { readActions } from "./read-actions.ts";
import { readTrigger } from "./read-conditions.ts";
import { readAttachments, readProperties } from "./read-details.ts";
import { checkTrailers, readEntities, readSelections, readSignalControllers } from "./read-entities.ts";
import { readPosition } from "./read-position.ts";
import { boolean, child, children, entityNames, every, integer, needed, optionalInteger, optionalText, text, word, type Reading, type Reference } from "./reading.ts";
import { checkReferences, checkStoryboardReferences, checkUniqueNames } from "./references.ts";

export interface ReadOptions {
  readonly file: string;
  readonly version: string;
  readonly files: CatalogFiles;
  readonly parameters: ReadonlyMap<string, string>;
  /** Receives every reference found; those to signals can only be checked with the map. */
  readonly references?: Reference[];
}

/** `root` is structurally checked (or read leniently). */
export function readScenario(root: XmlElement, problems: Problems, options: ReadOptions): Scenario | undefined {
  const references = options.references ?? [];
  const none: CatalogStore = { find: () => undefined };
  const outer: Reading = { file: options.file, version: options.version, scope: emptyScope, problems, catalogs: none, references, depth: 0, groups: new Map(), variables: new Set() };
  const declarations = child(root, "ParameterDeclarations");
  const declared = new Set((declarations === undefined ? [] : children(declarations, "ParameterDeclaration")).map((d) => d.attributes.get("name")?.value ?? ""));
  for (const name of options.parameters.keys()) if (!declared.has(name)) problems.error(options.file, declarations ?? root, `the scenario declares no parameter ${name}`, { expected: declared.size === 0 ? "no parameters" : `one of ${[...declared].join(", ")}` });
  const scope: Scope = readParameters(outer, declarations, options.parameters);
  const scoped: Reading = { ...outer, scope };
  const plain: Reading = { ...scoped, catalogs: createCatalogStore(scoped, child(root, "CatalogLocations"), options.files) };

  const entitiesElement = child(root, "Entities");
  const entities = readEntities(plain, entitiesElement);
  const selections = readSelections(plain, entitiesElement, entities);
  checkTrailers(plain, entitiesElement, entities);
  const variables = readVariables(plain, child(root, "VariableDeclarations"));
  const r: Reading = { ...plain, groups: selections, variables: new Set(variables.keys()) };
  const header = child(root, "FileHeader");
  const extras = readExtras(r, header, child(root, "RoadNetwork"));
  const monitors = new Map<string, boolean>();
  const monitorList = child(root, "MonitorDeclarations");
  for (const m of monitorList === undefined ? [] : children(monitorList, "MonitorDeclaration")) {
    const name = text(r, m, "name");
    if (monitors.has(name)) r.problems.error(r.file, m, `monitor ${name} is declared twice`, { attribute: "name", expected: "unique names", rule: "unique_element_names_on_same_level" });
    monitors.set(name, boolean(r, m, "value"));
  }
  const network = child(root, "RoadNetwork");
  const logic = network === undefined ? undefined : child(network, "LogicFile");
  const signalControllers = readSignalControllers(r, network === undefined ? undefined : child(network, "TrafficSignals"));
  const usedArea = network === undefined ? undefined : child(network, "UsedArea");
  const storyboard = needed(r, root, "Storyboard");
  const initActions = storyboard === undefined ? undefined : child(child(storyboard, "Init") ?? storyboard, "Actions");
  const init = initActions === undefined ? [] : readInit(r, initActions);
  const stories = storyboard === undefined ? [] : children(storyboard, "Story").map((s) => readStory(r, s));
  const stopTrigger = storyboard === undefined ? undefined : readTrigger(r, child(storyboard, "StopTrigger"));

  const parameters = new Map([...scope.own.values()].map((p) => [p.name, { type: p.type, value: p.value }] as const));
  checkReferences(problems, references, { entity: new Set(entities.map((e) => e.name)), parameter: new Set(parameters.keys()), variable: new Set(variables.keys()), monitor: new Set(monitors.keys()), "signal-controller": new Set(signalControllers.map((c) => c.name)), controller: new Set() }, selections);
  if (storyboard !== undefined) checkUniqueNames(problems, options.file, storyboard);
  checkStoryboardReferences(problems, options.file, storyboard, stories, r);
  const area = usedArea === undefined ? [] : children(usedArea, "Position").map((p) => readPosition(r, p));
  if (problems.failed) return undefined;

  const logicFile = logic === undefined ? undefined : optionalText(r, logic, "filepath")?.trim();
  return {
    file: options.file,
    version: options.version,
    description: header === undefined ? "" : (optionalText(r, header, "description") ?? ""),
    author: header === undefined ? "" : (optionalText(r, header, "author") ?? ""),
    epochMs: epochMsOf(header?.attributes.get("date")?.value ?? "") ?? 0,
    parameters,
    variables: new Map([...variables.values()].map((v) => [v.name, { type: v.type, value: v.value }])),
    monitors,
    logicFile: logicFile === "" ? undefined : logicFile,
    signalControllers,
    entities,
    selections,
    usedArea: area,
    extras,
    init,
    stories,
    stopTrigger,
  };
}

function readExtras(r: Reading, header: XmlElement | undefined, network: XmlElement | undefined): Extras {
  const license = header === undefined ? undefined : child(header, "License");
  const scene = network === undefined ? undefined : child(network, "SceneGraphFile");
  return {
    license: license === undefined ? undefined : { name: text(r, license, "name"), resource: optionalText(r, license, "resource"), spdxId: optionalText(r, license, "spdxId"), text: license.text.trim() },
    headerProperties: header === undefined ? new Map() : readProperties(r, header),
    headerAttachments: header === undefined ? { files: [], contents: [] } : readAttachments(r, header),
    sceneGraphFile: scene === undefined ? undefined : optionalText(r, scene, "filepath"),
  };
}

function readInit(r: Reading, e: XmlElement): readonly InitAction[] {
  const init: InitAction[] = [];
  for (const c of every(e)) {
    if (c.name !== "Private") {
      // Anything else has no place here, which the structure check has said.
      if (c.name !== "GlobalAction" && c.name !== "UserDefinedAction") continue;
      for (const action of readActions(r, c)) init.push({ name: `Init ${c.children[0]?.name ?? c.name}`, entity: undefined, action });
      continue;
    }
    const entities = entityNames(r, c, "entityRef");
    for (const p of children(c, "PrivateAction")) {
      const actions = readActions(r, p);
      for (const entity of entities) for (const action of actions) init.push({ name: `Init ${entity} ${p.children[0]?.name ?? ""}`, entity, action });
    }
  }
  return init;
}

function readStory(r: Reading, e: XmlElement): Story {
  const inner: Reading = { ...r, scope: readParameters(r, child(e, "ParameterDeclarations")) };
  return { name: optionalText(inner, e, "name") ?? "", acts: children(e, "Act").map((a) => readAct(inner, a)) };
}

function readAct(r: Reading, e: XmlElement): Act {
  return { name: text(r, e, "name"), groups: children(e, "ManeuverGroup").map((g) => readGroup(r, g)), startTrigger: readTrigger(r, child(e, "StartTrigger")), stopTrigger: readTrigger(r, child(e, "StopTrigger")) };
}

function readGroup(r: Reading, e: XmlElement): ManeuverGroup {
  const actors = child(e, "Actors");
  const maneuvers: Maneuver[] = [];
  for (const link of children(e, "CatalogReference")) {
    const found = r.catalogs.find(r, link, ["Maneuver"]);
    if (found !== undefined) maneuvers.push(readManeuver(found.reading, found.element));
  }
  for (const m of children(e, "Maneuver")) maneuvers.push(readManeuver({ ...r, scope: readParameters(r, child(m, "ParameterDeclarations")) }, m));
  const own = actors === undefined ? [] : [...new Set(children(actors, "EntityRef").flatMap((a) => entityNames(r, a, "entityRef")))];
  const triggering = actors !== undefined && boolean(r, actors, "selectTriggeringEntities");
  const acts = maneuvers.some((m) => m.events.some((v) => v.actions.some((a) => a.actions.some((one) => one.scope === "private"))));
  if (acts && own.length === 0 && !triggering) r.problems.strict(r.file, actors ?? e, `${e.name} has private actions and no actors; nobody would carry them out`, { expected: "an EntityRef in Actors", rule: "valid_actor_reference_in_private_actions" });
  return {
    name: text(r, e, "name"),
    maximumExecutionCount: integer(r, e, "maximumExecutionCount", { min: 0 }),
    actors: own,
    selectTriggeringEntities: triggering,
    maneuvers,
  };
}

export function readManeuver(r: Reading, e: XmlElement): Maneuver {
  return { name: text(r, e, "name"), events: children(e, "Event").map((c) => readEvent(r, c)) };
}

function readEvent(r: Reading, e: XmlElement): Event {
  const priority = word(r, e, "priority", ["override", "overwrite", "parallel", "skip"]);
  const actions = children(e, "Action").map((a): NamedAction => ({ name: text(r, a, "name"), actions: every(a).flatMap((c) => readActions(r, c)) }));
  return { name: text(r, e, "name"), priority: priority === "overwrite" ? "override" : priority, maximumExecutionCount: optionalInteger(r, e, "maximumExecutionCount", { min: 0 }) ?? 1, actions, startTrigger: readTrigger(r, child(e, "StartTrigger")) };
}
