/**
 * A checked OpenSCENARIO document to the scenario model: header, parameters, entities, storyboard; then the references.
 * Everything wrong is reported at once; a model is given only when nothing was an error.
 */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import { createCatalogStore, type CatalogFiles, type CatalogStore } from "./catalogs.ts";
import { readParameters, readVariables } from "./declarations.ts";
import type { Act, Event, InitAction, Maneuver, ManeuverGroup, NamedAction, Scenario, Story } from "./model.ts";
import { emptyScope, epochMsOf, type Scope } from "./parameters.ts";
import type { Problems } from "./problems.ts";
import { readActions } from "./read-actions.ts";
import { readTrigger } from "./read-conditions.ts";
import { readEntities, readSignalControllers } from "./read-entities.ts";
import { boolean, child, children, integer, needed, optionalInteger, optionalText, reference, text, word, type Reading, type Reference } from "./reading.ts";
import { checkReferences, checkStoryboardReferences, checkUniqueNames } from "./references.ts";

export interface ReadOptions {
  readonly file: string;
  readonly version: string;
  readonly files: CatalogFiles;
  readonly parameters: ReadonlyMap<string, string>;
}

/** `root` is structurally checked (or read leniently). */
export function readScenario(root: XmlElement, problems: Problems, options: ReadOptions): Scenario | undefined {
  const references: Reference[] = [];
  const none: CatalogStore = { find: () => undefined };
  const outer: Reading = { file: options.file, version: options.version, scope: emptyScope, problems, catalogs: none, references, depth: 0 };
  const declarations = child(root, "ParameterDeclarations");
  const declared = new Set((declarations === undefined ? [] : children(declarations, "ParameterDeclaration")).map((d) => d.attributes.get("name")?.value ?? ""));
  for (const name of options.parameters.keys()) if (!declared.has(name)) problems.error(options.file, declarations ?? root, `the scenario declares no parameter ${name}`, { expected: declared.size === 0 ? "no parameters" : `one of ${[...declared].join(", ")}` });
  const scope: Scope = readParameters(outer, declarations, options.parameters);
  const scoped: Reading = { ...outer, scope };
  const r: Reading = { ...scoped, catalogs: createCatalogStore(scoped, child(root, "CatalogLocations"), options.files) };

  const header = child(root, "FileHeader");
  const variables = readVariables(r, child(root, "VariableDeclarations"));
  const monitors = new Map<string, boolean>();
  for (const m of child(root, "MonitorDeclarations")?.children ?? []) monitors.set(text(r, m, "name"), boolean(r, m, "value"));
  const network = child(root, "RoadNetwork");
  const logic = network === undefined ? undefined : child(network, "LogicFile");
  const signalControllers = readSignalControllers(r, network === undefined ? undefined : child(network, "TrafficSignals"));
  const entities = readEntities(r, child(root, "Entities"));
  const storyboard = needed(r, root, "Storyboard");
  const initActions = storyboard === undefined ? undefined : child(child(storyboard, "Init") ?? storyboard, "Actions");
  const init = initActions === undefined ? [] : readInit(r, initActions);
  const stories = storyboard === undefined ? [] : children(storyboard, "Story").map((s) => readStory(r, s));
  const stopTrigger = storyboard === undefined ? undefined : readTrigger(r, child(storyboard, "StopTrigger"));

  const parameters = new Map([...scope.own.values()].map((p) => [p.name, { type: p.type, value: p.value }] as const));
  checkReferences(problems, references, { entity: new Set(entities.map((e) => e.name)), parameter: new Set(parameters.keys()), variable: new Set(variables.keys()), monitor: new Set(monitors.keys()), "signal-controller": new Set(signalControllers.map((c) => c.name)), controller: new Set() });
  if (storyboard !== undefined) checkUniqueNames(problems, options.file, storyboard);
  checkStoryboardReferences(problems, options.file, storyboard, stories, r);
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
    init,
    stories,
    stopTrigger,
  };
}

function readInit(r: Reading, e: XmlElement): readonly InitAction[] {
  const init: InitAction[] = [];
  for (const c of e.children) {
    if (c.name !== "Private") {
      for (const action of readActions(r, c)) init.push({ name: `Init ${c.children[0]?.name ?? c.name}`, entity: undefined, action });
      continue;
    }
    const entity = reference(r, c, "entityRef", "entity");
    for (const p of children(c, "PrivateAction")) for (const action of readActions(r, p)) init.push({ name: `Init ${entity} ${p.children[0]?.name ?? ""}`, entity, action });
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
  if (actors !== undefined && boolean(r, actors, "selectTriggeringEntities")) r.problems.strict(r.file, actors, "selectTriggeringEntities is not supported yet", { attribute: "selectTriggeringEntities", expected: "false", rule: "supported" });
  const maneuvers: Maneuver[] = [];
  for (const link of children(e, "CatalogReference")) {
    const found = r.catalogs.find(r, link, ["Maneuver"]);
    if (found !== undefined) maneuvers.push(readManeuver(found.reading, found.element));
  }
  for (const m of children(e, "Maneuver")) maneuvers.push(readManeuver({ ...r, scope: readParameters(r, child(m, "ParameterDeclarations")) }, m));
  return {
    name: text(r, e, "name"),
    maximumExecutionCount: integer(r, e, "maximumExecutionCount", { min: 0 }),
    actors: actors === undefined ? [] : children(actors, "EntityRef").map((a) => reference(r, a, "entityRef", "entity")),
    maneuvers,
  };
}

function readManeuver(r: Reading, e: XmlElement): Maneuver {
  return { name: text(r, e, "name"), events: children(e, "Event").map((c) => readEvent(r, c)) };
}

function readEvent(r: Reading, e: XmlElement): Event {
  const priority = word(r, e, "priority", ["override", "overwrite", "parallel", "skip"]);
  const actions = children(e, "Action").map((a): NamedAction => ({ name: text(r, a, "name"), actions: a.children.flatMap((c) => readActions(r, c)) }));
  return { name: text(r, e, "name"), priority: priority === "overwrite" ? "override" : priority, maximumExecutionCount: optionalInteger(r, e, "maximumExecutionCount", { min: 0 }) ?? 1, actions, startTrigger: readTrigger(r, child(e, "StartTrigger")) };
}
