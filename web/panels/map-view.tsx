/** The map from above on a plain canvas: takes over where there is no WebGL, with the same playhead and the same controls. */
import { useEffect, useRef } from "react";
import { FLAG, POSE_STRIDE } from "../../fleet-core/contract/twin-view.ts";
import type { RoadMesh } from "../../fleet-core/road/types.ts";
import type { Session } from "../model/session.ts";
import { useApp } from "../model/store.ts";

const KIND_COLOUR: Readonly<Record<string, string>> = { driving: "#565c63", shoulder: "#747a7f", sidewalk: "#a9a59b", parking: "#666c75", biking: "#8a5f53" };
const FRAME_MS = 40;

/** Triangles as one path per surface kind, in map axes. */
function roadPaths(mesh: RoadMesh): readonly (readonly [colour: string, path: Path2D])[] {
  const pathOf = (p: Float32Array, indices: Uint32Array): Path2D => {
    const path = new Path2D();
    for (let t = 0; t + 2 < indices.length; t += 3) {
      for (const k of [0, 1, 2]) {
        const i = (indices[t + k] ?? 0) * 3;
        if (k === 0) path.moveTo(p[i] ?? 0, p[i + 1] ?? 0);
        else path.lineTo(p[i] ?? 0, p[i + 1] ?? 0);
      }
      path.closePath();
    }
    return path;
  };
  return [
    ...mesh.surfaces.map((s) => [KIND_COLOUR[s.kind] ?? "#5c6268", pathOf(s.positions, s.indices)] as const),
    ...mesh.marks.map((m) => ["#d9d9d2", pathOf(m.positions, m.indices)] as const),
  ];
}

export function MapView({ session, label }: { readonly session: Session; readonly label: string }): React.JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (element === null || context === null || context === undefined) return;
    let handle = 0;
    let lastMs = performance.now();
    let metresAcross = 260;
    let paths: ReturnType<typeof roadPaths> = [];
    let pathsOf: RoadMesh | undefined;
    let [centreX, centreY] = [0, 0];
    let [panX, panY] = [0, 0];
    let grabbed: { x: number; y: number; moved: number } | undefined;

    const scale = (): number => element.clientWidth / metresAcross;
    function frame(nowMs: number): void {
      handle = requestAnimationFrame(frame);
      if (nowMs - lastMs < FRAME_MS || element === null || context === null || context === undefined) return;
      session.advance(Math.min(250, nowMs - lastMs));
      lastMs = nowMs;
      const { header, selected } = useApp.getState();
      if (header === undefined || !session.ready) return;
      if (pathsOf !== header.mesh) {
        pathsOf = header.mesh;
        paths = roadPaths(header.mesh);
        centreX = (header.mesh.bounds.minX + header.mesh.bounds.maxX) / 2;
        centreY = (header.mesh.bounds.minY + header.mesh.bounds.maxY) / 2;
      }
      const { sample } = session;
      const row = sample.roster.findIndex((e) => e.id === selected);
      if (row >= 0) {
        centreX = sample.poses[row * POSE_STRIDE] ?? 0;
        centreY = sample.poses[row * POSE_STRIDE + 1] ?? 0;
      }
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const [w, h] = [element.clientWidth, element.clientHeight];
      if (element.width !== Math.round(w * ratio) || element.height !== Math.round(h * ratio)) {
        element.width = Math.round(w * ratio);
        element.height = Math.round(h * ratio);
      }
      const k = scale() * ratio;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.fillStyle = "#8b9271";
      context.fillRect(0, 0, element.width, element.height);
      context.setTransform(k, 0, 0, -k, element.width / 2 - (centreX + panX) * k, element.height / 2 + (centreY + panY) * k);
      for (const [colour, path] of paths) {
        context.fillStyle = colour;
        context.fill(path);
      }
      sample.roster.forEach((e, i) => {
        const p = i * POSE_STRIDE;
        const flags = sample.poses[p + 9] ?? 0;
        context.save();
        context.translate(sample.poses[p] ?? 0, sample.poses[p + 1] ?? 0);
        context.rotate(sample.poses[p + 3] ?? 0);
        context.fillStyle = /^#[0-9a-f]{6}$/i.test(e.colour) ? e.colour : "#c0c6cc";
        context.strokeStyle = (flags & (FLAG.mrm | FLAG.collided)) !== 0 ? "#e0281c" : i === row ? "#06303a" : "#20262b";
        context.lineWidth = (i === row ? 3 : 1.5) / scale();
        const [x, y] = [e.centreXM - e.lengthM / 2, e.centreYM - e.widthM / 2];
        context.fillRect(x, y, e.lengthM, e.widthM);
        context.strokeRect(x, y, e.lengthM, e.widthM);
        // A nose, so that the direction shows.
        context.fillStyle = "#20262b";
        context.beginPath();
        context.moveTo(x + e.lengthM, 0);
        context.lineTo(x + e.lengthM * 0.78, y + e.widthM * 0.9);
        context.lineTo(x + e.lengthM * 0.78, y + e.widthM * 0.1);
        context.fill();
        context.restore();
        if (e.driven !== "agent" && i !== row) return;
        context.save();
        context.translate(sample.poses[p] ?? 0, (sample.poses[p + 1] ?? 0) + e.lengthM * 0.6);
        context.scale(1 / scale(), -1 / scale());
        context.font = "600 12px system-ui, sans-serif";
        context.textAlign = "center";
        context.lineWidth = 3;
        context.strokeStyle = "#ffffff";
        context.strokeText(e.id, 0, 0);
        context.fillStyle = "#14202a";
        context.fillText(e.id, 0, 0);
        context.restore();
      });
    }
    function at(event: PointerEvent): readonly [number, number] {
      const box = (element as HTMLCanvasElement).getBoundingClientRect();
      return [centreX + panX + (event.clientX - box.left - box.width / 2) / scale(), centreY + panY - (event.clientY - box.top - box.height / 2) / scale()];
    }
    function onDown(event: PointerEvent): void {
      grabbed = { x: event.clientX, y: event.clientY, moved: 0 };
      element?.setPointerCapture(event.pointerId);
    }
    function onMove(event: PointerEvent): void {
      if (grabbed === undefined) return;
      const [dx, dy] = [event.clientX - grabbed.x, event.clientY - grabbed.y];
      grabbed = { x: event.clientX, y: event.clientY, moved: grabbed.moved + Math.abs(dx) + Math.abs(dy) };
      if (grabbed.moved > 5) {
        panX -= dx / scale();
        panY += dy / scale();
      }
    }
    function onUp(event: PointerEvent): void {
      const click = grabbed !== undefined && grabbed.moved <= 5;
      grabbed = undefined;
      if (!click) return;
      const [x, y] = at(event);
      let best = 12;
      let id: string | undefined;
      session.sample.roster.forEach((e, i) => {
        const d = Math.hypot((session.sample.poses[i * POSE_STRIDE] ?? 0) - x, (session.sample.poses[i * POSE_STRIDE + 1] ?? 0) - y) - e.lengthM / 2;
        if (d < best) {
          best = d;
          id = e.id;
        }
      });
      if (id !== undefined) {
        session.select(id);
        [panX, panY] = [0, 0];
      }
    }
    function onWheel(event: WheelEvent): void {
      event.preventDefault();
      metresAcross = Math.min(3000, Math.max(40, metresAcross * Math.exp(Math.min(120, Math.max(-120, event.deltaY)) * 0.0016)));
    }
    element.style.touchAction = "none";
    element.addEventListener("pointerdown", onDown);
    element.addEventListener("pointermove", onMove);
    element.addEventListener("pointerup", onUp);
    element.addEventListener("wheel", onWheel, { passive: false });
    handle = requestAnimationFrame(frame);
    return () => {
      cancelAnimationFrame(handle);
      element.removeEventListener("pointerdown", onDown);
      element.removeEventListener("pointermove", onMove);
      element.removeEventListener("pointerup", onUp);
      element.removeEventListener("wheel", onWheel);
    };
  }, [session]);
  return (
    <div className="canvas-host">
      <canvas ref={canvas} className="map" role="img" aria-label={label} />
    </div>
  );
}
