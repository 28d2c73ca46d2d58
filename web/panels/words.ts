/** States of a vehicle in words and colours, for table, panel and card alike. */
import type { MrmState } from "../../fleet-core/contract/agent-status.ts";
import type { VehicleDetail } from "../../fleet-core/contract/twin-view.ts";
import type { Texts } from "../i18n/text.tsx";

export type Tone = "good" | "warn" | "bad" | "calm";

export function toneOf(detail: VehicleDetail): Tone {
  if (detail.agent.mrm.kind !== "none" || detail.agent.behaviour === "mrm" || detail.agent.behaviour === "held") return "bad";
  if (detail.faults.length > 0 || detail.agent.degraded.length > 0) return "warn";
  return detail.agent.behaviour === "idle" || detail.agent.behaviour === "paused" ? "calm" : "good";
}

export function mrmText(mrm: MrmState, texts: Texts): string {
  if (mrm.kind === "none") return texts.t("mrm.none");
  return texts.t(`mrm.${mrm.kind}`, { behaviour: texts.maybe(`mrm.${mrm.behaviour}`, mrm.behaviour) });
}
