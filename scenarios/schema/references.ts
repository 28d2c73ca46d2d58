/** Checks made when a whole scenario is known: that names refer to something, and that siblings have different names. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import type { Story, StoryboardElementType } from "./model.ts";
import { nearest } from "./nearest.ts";
import type { Problems } from "./problems.ts";
import { optionalText, type Reading, type Reference, type ReferenceKind } from "./reading.ts";

const ruleOf: Readonly<Record<ReferenceKind, string>> = { entity: "resolvable_entity_references", parameter: "resolvable_parameter_reference", variable: "resolvable_variable_reference", monitor: "resolvable_monitor_reference", "signal-controller": "resolvable_traffic_signal_controller_by_traffic_signal_controller_ref", signal: "resolvable_signal_id_in_traffic_signal_state_action", controller: "resolvable_controller_reference" };

export type KnownNames = Readonly<Record<Exclude<ReferenceKind, "signal">, ReadonlySet<string>>>;

/** Signals belong to the map and are checked by `checkSignals`, once it is there. */
export function checkReferences(problems: Problems, references: readonly Reference[], known: KnownNames, groups: ReadonlyMap<string, readonly string[]>): void {
  for (const ref of references) {
    if (ref.kind === "signal" || known[ref.kind].has(ref.name)) continue;
    const names = known[ref.kind];
    if (ref.kind === "entity" && groups.has(ref.name)) {
      problems.error(ref.file, ref.element, `${ref.name} is a group of entities; one entity is meant here`, { attribute: ref.attribute, expected: suggestion(ref.name, [...names]) });
      continue;
    }
    // A value nobody declared is one a tool may keep by itself: leniently, conditions on it never hold.
    const report = ref.kind === "parameter" || ref.kind === "variable" ? problems.strict : problems.error;
    report(ref.file, ref.element, `there is no ${ref.kind} ${ref.name}`, { attribute: ref.attribute, expected: suggestion(ref.name, [...names]), rule: ruleOf[ref.kind] });
  }
}

/** Signals named in actions, conditions and phases must be on the map. */
export function checkSignals(problems: Problems, references: readonly Reference[], onMap: ReadonlySet<string>): void {
  for (const ref of references) {
    if (ref.kind !== "signal" || onMap.has(ref.name)) continue;
    const rule = ref.element.name === "TrafficSignalStateAction" ? { rule: ruleOf.signal } : {};
    problems.strict(ref.file, ref.element, `the map has no signal ${ref.name}`, { attribute: ref.attribute, expected: suggestion(ref.name, [...onMap]), ...rule });
  }
}

function suggestion(name: string, names: readonly string[]): string {
  if (names.length === 0) return "none is declared";
  const close = nearest(name, names, 5);
  return close.length === 1 ? (close[0] as string) : `one of ${close.join(", ")}`;
}

const uniqueWithin = new Map<string, readonly string[]>([
  ["Storyboard", ["Story"]],
  ["Story", ["Act"]],
  ["Act", ["ManeuverGroup"]],
  ["ManeuverGroup", ["Maneuver"]],
  ["Maneuver", ["Event"]],
  ["Event", ["Action"]],
]);

/** Same-named siblings cannot be told apart by a StoryboardElementStateCondition. */
export function checkUniqueNames(problems: Problems, file: string, storyboard: XmlElement): void {
  const stack: XmlElement[] = [storyboard];
  for (let e = stack.pop(); e !== undefined; e = stack.pop()) {
    const names = new Set<string>();
    for (const c of e.children) {
      if (!(uniqueWithin.get(e.name)?.includes(c.name) ?? false)) continue;
      stack.push(c);
      const name = c.attributes.get("name")?.value ?? "";
      if (names.has(name)) problems.strict(file, c, `second ${c.name} named ${JSON.stringify(name)} in ${e.name}`, { attribute: "name", expected: "unique names", rule: "unique_element_names_on_same_level" });
      names.add(name);
    }
  }
}

/** Every path of the storyboard as `kind path`, where path joins the names from the story down with `::`. */
export function storyboardPaths(stories: readonly Story[]): readonly { readonly type: StoryboardElementType; readonly path: string }[] {
  const paths: { type: StoryboardElementType; path: string }[] = [];
  for (const story of stories) {
    paths.push({ type: "story", path: story.name });
    for (const act of story.acts) {
      const actPath = `${story.name}::${act.name}`;
      paths.push({ type: "act", path: actPath });
      for (const group of act.groups) {
        const groupPath = `${actPath}::${group.name}`;
        paths.push({ type: "maneuverGroup", path: groupPath });
        for (const maneuver of group.maneuvers) {
          const maneuverPath = `${groupPath}::${maneuver.name}`;
          paths.push({ type: "maneuver", path: maneuverPath });
          for (const event of maneuver.events) {
            const eventPath = `${maneuverPath}::${event.name}`;
            paths.push({ type: "event", path: eventPath });
            for (const action of event.actions) paths.push({ type: "action", path: `${eventPath}::${action.name}` });
          }
        }
      }
    }
  }
  return paths;
}

/** A reference is a name or the end of a path, on whole names. */
export const matchesPath = (path: string, ref: string): boolean => path === ref || path.endsWith(`::${ref}`);

export function checkStoryboardReferences(problems: Problems, file: string, storyboard: XmlElement | undefined, stories: readonly Story[], r: Reading): void {
  const paths = storyboardPaths(stories);
  const stack: XmlElement[] = storyboard === undefined ? [] : [storyboard];
  for (let e = stack.pop(); e !== undefined; e = stack.pop()) {
    stack.push(...e.children);
    if (e.name !== "StoryboardElementStateCondition") continue;
    // Names inside stories may depend on their own parameters; a `$` that this scope cannot resolve was reported there.
    const raw = e.attributes.get("storyboardElementRef")?.value ?? "";
    const type = e.attributes.get("storyboardElementType")?.value.trim() ?? "";
    if (type.startsWith("$") || (raw.startsWith("$") && r.scope.own.get(raw.slice(1)) === undefined)) continue;
    const ref = optionalText(r, e, "storyboardElementRef") ?? "";
    const ofType = paths.filter((p) => p.type === type);
    const found = ofType.filter((p) => matchesPath(p.path, ref));
    const names = ofType.map((p) => p.path.slice(p.path.lastIndexOf("::") + 2).replace(/^:+/, ""));
    if (found.length === 0) problems.error(file, e, `there is no ${type} ${ref}`, { attribute: "storyboardElementRef", expected: suggestion(ref, [...new Set(names)]), rule: "resolvable_storyboard_element_reference" });
    else if (found.length > 1) problems.warning(file, e, `${ref} names ${found.length} elements of type ${type}; the first, ${found[0]?.path ?? ""}, is meant`, { attribute: "storyboardElementRef", rule: "resolvable_storyboard_element_reference" });
  }
}
