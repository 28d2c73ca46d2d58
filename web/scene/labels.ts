/** Names over vehicles, as a few positioned elements. Decoration: the table beside the canvas says the same in words. */
import { Vector3, type PerspectiveCamera } from "three";
import { FLAG, POSE_STRIDE } from "../../fleet-core/contract/twin-view.ts";
import type { Sample } from "../model/history.ts";
import { toThree } from "./camera-rig.ts";

export interface Labels {
  update(sample: Sample, selected: number, hidden: number, camera: PerspectiveCamera, width: number, height: number): void;
  dispose(): void;
}

const LABELS_MAX = 24;
const FAR_M = 420;

export function createLabels(host: HTMLElement): Labels {
  const elements: HTMLElement[] = [];
  const texts: string[] = [];
  const classes: string[] = [];
  const point = new Vector3();

  function element(i: number): HTMLElement {
    let e = elements[i];
    if (e === undefined) {
      e = document.createElement("div");
      host.append(e);
      elements[i] = e;
    }
    return e;
  }

  return {
    update(sample, selected, hidden, camera, width, height) {
      let used = 0;
      sample.roster.forEach((entity, row) => {
        if (used >= LABELS_MAX || row === hidden || (entity.driven !== "agent" && row !== selected)) return;
        const k = row * POSE_STRIDE;
        const yaw = sample.poses[k + 3] ?? 0;
        toThree((sample.poses[k] ?? 0) + Math.cos(yaw) * entity.centreXM, (sample.poses[k + 1] ?? 0) + Math.sin(yaw) * entity.centreXM, (sample.poses[k + 2] ?? 0) + entity.heightM + 0.7, point);
        const away = point.distanceTo(camera.position);
        if (away > FAR_M && row !== selected) return;
        point.project(camera);
        if (point.z > 1 || Math.abs(point.x) > 1.05 || Math.abs(point.y) > 1.05) return;
        const flags = sample.poses[k + 9] ?? 0;
        const kind = (flags & FLAG.collided) !== 0 ? " alarm" : (flags & FLAG.mrm) !== 0 ? " mrm" : (flags & FLAG.faulted) !== 0 ? " faulted" : "";
        const i = used;
        used += 1;
        const e = element(i);
        const className = `label${kind}${row === selected ? " selected" : ""}`;
        if (classes[i] !== className) {
          classes[i] = className;
          e.className = className;
        }
        if (texts[i] !== entity.id) {
          texts[i] = entity.id;
          e.textContent = entity.id;
        }
        e.style.opacity = String(row === selected ? 1 : Math.min(1, Math.max(0.25, 1.3 - away / FAR_M)));
        e.style.transform = `translate(-50%, calc(-100% - 6px)) translate(${((point.x + 1) / 2) * width}px, ${((1 - point.y) / 2) * height}px)`;
      });
      for (let i = used; i < elements.length; i += 1) {
        const e = elements[i] as HTMLElement;
        if (classes[i] !== "label gone") {
          classes[i] = "label gone";
          e.className = "label gone";
        }
      }
    },
    dispose() {
      for (const e of elements) e.remove();
      elements.length = 0;
    },
  };
}
