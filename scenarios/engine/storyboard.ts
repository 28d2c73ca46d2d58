/**
 * The storyboard's state machine: which story, act, maneuver group, maneuver, event and action stands by, runs or is
 * complete, and what that sets off. What an action does is given from outside. Never looks at entities or roads.
 *
 * A step begins with `evaluate` (stop triggers, start triggers, from the top down), then `step` runs what is running.
 */
import type { TimeUs } from "../../fleet-core/kernel/time.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import type { ElementState, StoryboardChange } from "../types.ts";
import { evaluateTrigger, resetTrigger, type StateWatch, type Transition, type TriggerRun } from "./trigger.ts";

export type NodeType = "storyboard" | "story" | "act" | "maneuverGroup" | "maneuver" | "event" | "action";

export type Domains = number;
export const LONGITUDINAL = 1;
export const LATERAL = 2;
export const LIGHTING = 4;
export const ANIMATION = 8;

/** One action's behaviour. `start` and `step` may end it through the callback they were made with. */
export interface ActionRun {
  /**
   * Entity index and domains it takes hold of; undefined for global and user-defined actions. With `parts` it holds only
   * those of the domains, such as one lamp.
   */
  readonly holds: { readonly actor: number; readonly domains: Domains; readonly parts?: readonly string[] } | undefined;
  start(timeS: number): void;
  step(timeS: number, dtS: number): void;
  /** Called when it ends, by itself or from outside. */
  end?(): void;
}

export interface Node {
  readonly type: NodeType;
  readonly name: string;
  readonly path: string;
  readonly parent: Node | undefined;
  readonly children: Node[];
  state: "init" | ElementState;
  executions: number;
  /** -1: not limited by a count. */
  readonly maxExecutions: number;
  startTrigger: TriggerRun | undefined;
  stopTrigger: TriggerRun | undefined;
  readonly watches: StateWatch[];
  readonly priority: "override" | "parallel" | "skip" | undefined;
  action: ActionRun | undefined;
  /** Of an action whose actor is chosen when its event starts: false leaves it out this time. */
  applies: (() => boolean) | undefined;
}

export function createNode(type: NodeType, name: string, parent: Node | undefined, options: { maxExecutions?: number; priority?: "override" | "parallel" | "skip" } = {}): Node {
  const path = type === "storyboard" ? "" : parent === undefined || parent.type === "storyboard" ? name : `${parent.path}::${name}`;
  const node: Node = { type, name, path, parent, children: [], state: "init", executions: 0, maxExecutions: options.maxExecutions ?? -1, startTrigger: undefined, stopTrigger: undefined, watches: [], priority: options.priority, action: undefined, applies: undefined };
  parent?.children.push(node);
  return node;
}

const CHANGES_MAX = 1_000_000;

export interface Storyboard {
  readonly root: Node;
  /** Actions of Init, in order; they belong to no story. */
  readonly init: readonly Node[];
  start(timeS: number): void;
  evaluate(timeS: number): void;
  step(timeS: number, dtS: number): void;
  /** Ends an element as complete, as its action would. */
  end(node: Node): void;
  /** Changes since the last call. */
  takeChanges(): readonly StoryboardChange[];
}

/** `stamp` gives time and step number for changes. */
export function createStoryboard(root: Node, init: readonly Node[], stamp: () => { readonly timeUs: TimeUs; readonly step: number }): Storyboard {
  let changes: StoryboardChange[] = [];
  const actions: Node[] = [];
  collectActions(root, actions);
  const holders = [...init, ...actions].filter((n) => n.action?.holds !== undefined);

  function setState(node: Node, state: ElementState, transition: Transition): void {
    if (node.state === state) return;
    const { timeUs, step } = stamp();
    invariant(changes.length < CHANGES_MAX, `more than ${CHANGES_MAX} storyboard changes wait to be taken`);
    changes.push({ timeUs, step, element: node.type, state, name: node.name, path: node.path });
    for (const watch of node.watches) watch.changes.push({ state, transition });
    node.state = state;
  }

  function startNode(node: Node, timeS: number): void {
    if (node.type === "event") startEvent(node, timeS);
    else {
      startPlain(node, timeS);
      if (node.type === "action" && node.state === "running") node.action?.start(timeS);
    }
  }

  function startPlain(node: Node, timeS: number): void {
    if (node.state === "init" && node.startTrigger !== undefined) setState(node, "standby", "to-standby");
    else if (node.state === "init" || node.state === "standby" || node.executions > 0) {
      setState(node, "running", "start");
      node.executions += 1;
    }
    if (node.type !== "event" && node.state === "running") for (const child of node.children) startNode(child, timeS);
  }

  function startEvent(event: Node, timeS: number): void {
    const siblings = event.parent?.children ?? [];
    const othersRun = siblings.some((e) => e.state === "running");
    switch (event.priority) {
      case "override":
        if (event.state === "running") return;
        for (const other of siblings) if (other !== event && other.state === "running") end(other);
        break;
      case "skip":
        if (othersRun) {
          // It stays as it is; who waits for a skipTransition hears of it.
          for (const watch of event.watches) if (watch.changes[watch.changes.length - 1]?.transition !== "skip") watch.changes.push({ state: event.state, transition: "skip" });
          return;
        }
        break;
      case "parallel":
      case undefined:
        if (event.state === "running") return;
        break;
    }
    startPlain(event, timeS);
    if (event.state !== "running") return;
    if (event.children.length === 0) {
      end(event);
      return;
    }
    for (const action of event.children) {
      if (action.applies?.() === false) {
        // Nobody hears of an action that has no actor.
        action.state = "complete";
        continue;
      }
      endConflicting(action);
      startNode(action, timeS);
    }
    if (event.state === "running" && allComplete(event)) end(event);
  }

  /** A new action takes its domains from whatever holds them on the same entity. */
  function endConflicting(action: Node): void {
    const own = action.action?.holds;
    if (own === undefined || own.domains === 0) return;
    for (const other of holders) {
      const held = other.action?.holds;
      if (other === action || other.state !== "running" || held === undefined || held.actor !== own.actor || (held.domains & own.domains) === 0) continue;
      if (own.parts === undefined || held.parts === undefined || own.parts.some((part) => held.parts?.includes(part))) end(other);
    }
  }

  function allComplete(node: Node): boolean {
    for (const child of node.children) if (child.state !== "complete") return false;
    return true;
  }

  function propagate(node: Node | undefined): void {
    if (node !== undefined && node.type !== "storyboard" && node.state !== "complete" && allComplete(node)) end(node);
  }

  function end(node: Node): void {
    if (node.state === "complete") return;
    for (const child of node.children) if (child.state === "running") end(child);
    // Ending the last child may have completed this one.
    if ((node.state as Node["state"]) === "complete" || node.state === "init") return;
    if (node.type === "action") node.action?.end?.();
    if ((node.type === "maneuverGroup" || node.type === "event") && (node.maxExecutions === -1 || node.executions < node.maxExecutions)) {
      resetTrigger(node.startTrigger);
      resetTrigger(node.stopTrigger);
      setState(node, "standby", "end");
      for (const child of node.children) reset(child);
    } else setState(node, "complete", "end");
    propagate(node.parent);
  }

  function stop(node: Node): void {
    for (const child of node.children) stop(child);
    if (node.state === "init" || node.state === "complete") return;
    if (node.type === "action") node.action?.end?.();
    setState(node, "complete", "stop");
    propagate(node.parent);
  }

  function reset(node: Node): void {
    for (const child of node.children) reset(child);
    node.state = "init";
    resetTrigger(node.startTrigger);
    resetTrigger(node.stopTrigger);
  }

  function evaluateNode(node: Node, timeS: number): void {
    if (node.state === "running" && node.stopTrigger !== undefined && evaluateTrigger(node.stopTrigger, timeS)) stop(node);
    if (node.state === "standby" && (node.startTrigger === undefined || evaluateTrigger(node.startTrigger, timeS))) startNode(node, timeS);
    if ((node.state as Node["state"]) === "running") for (const child of node.children) evaluateNode(child, timeS);
  }

  function stepNode(node: Node, timeS: number, dtS: number): void {
    if (node.state !== "running") return;
    if (node.type === "action") node.action?.step(timeS, dtS);
    else for (const child of node.children) stepNode(child, timeS, dtS);
  }

  return {
    root,
    init,
    start(timeS) {
      for (const action of init) startNode(action, timeS);
      startNode(root, timeS);
    },
    evaluate: (timeS) => evaluateNode(root, timeS),
    step(timeS, dtS) {
      for (const action of init) stepNode(action, timeS, dtS);
      stepNode(root, timeS, dtS);
    },
    end,
    takeChanges() {
      const taken = changes;
      changes = [];
      return taken;
    },
  };
}

function collectActions(node: Node, into: Node[]): void {
  if (node.type === "action") into.push(node);
  for (const child of node.children) collectActions(child, into);
}
