/**
 * Puts the stage on a canvas through @react-three/fiber. React renders this once per map; each frame is driven by one
 * requestAnimationFrame loop that moves the playhead, writes matrices and draws only if something changed.
 */
import { Canvas, useThree } from "@react-three/fiber";
import { useEffect, useRef, useState } from "react";
import { ACESFilmicToneMapping, PerspectiveCamera, SRGBColorSpace } from "three";
import type { Session } from "../model/session.ts";
import { useApp } from "../model/store.ts";
import { createLabels } from "./labels.ts";
import { attachPointer } from "./pointer.ts";
import type { Quality } from "./quality.ts";
import { createStage, type Stage } from "./stage.ts";

export interface FrameStats {
  drawCalls: number;
  triangles: number;
  renderMs: number;
  frames: number;
}

interface Props {
  readonly session: Session;
  readonly quality: Quality;
  readonly stats: FrameStats;
}

/** Software rendering shares the processor with the twin itself, so it draws less often. */
const LOW_FRAME_MS = 42;
/** While a recording is verified beside it, hardly at all. */
const BUSY_FRAME_MS = 250;

function Driver({ session, quality, stats, labelHost }: Props & { readonly labelHost: HTMLElement }): null {
  const { gl, scene, size } = useThree();
  const sizeRef = useRef(size);
  sizeRef.current = size;

  useEffect(() => {
    const three = gl;
    const labels = createLabels(labelHost);
    const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
    let stage: Stage | undefined;
    let stagedMesh: unknown;
    let handle = 0;
    let lastMs = performance.now();
    let drawnMs = 0;
    let drawnVersion = -1;
    let drawnSize = "";
    let lastSelected: string | undefined;
    let drawnSelected = -2;
    let drawnDetail: unknown;
    let owedMs = 0;
    const camera = new PerspectiveCamera(50, 1, 0.6, 5000);
    const detach = attachPointer(three.domElement, {
      rig: () => stage?.rig,
      click(x, y) {
        if (stage === undefined) return;
        const row = stage.pickAt(x, y, session.sample, camera);
        const entity = session.sample.roster[row];
        if (entity !== undefined) session.select(entity.id);
      },
    });
    const lost = (event: Event): void => {
      event.preventDefault();
      useApp.setState({ webgl: "lost" });
    };
    three.domElement.addEventListener("webglcontextlost", lost);

    function frame(nowMs: number): void {
      handle = requestAnimationFrame(frame);
      const state = useApp.getState();
      if (!quality.high && nowMs - drawnMs < (state.evidence.kind === "verifying" ? BUSY_FRAME_MS : LOW_FRAME_MS)) return;
      const dtMs = Math.min(250, nowMs - lastMs);
      lastMs = nowMs;
      const moved = session.advance(dtMs);
      if (!session.ready) return;
      const header = state.header;
      if (header === undefined) return;
      if (stage === undefined || stagedMesh !== header.mesh) {
        stage?.dispose();
        stage = createStage({ scene, mesh: header.mesh, mapName: header.mapName, first: session.sample, high: quality.high, reducedMotion });
        stage.rig.setMode(state.camera);
        stagedMesh = header.mesh;
        lastSelected = state.selected;
        drawnVersion = -1;
      }
      if (stage.rig.mode !== state.camera) stage.rig.setMode(state.camera);
      if (state.selected !== lastSelected) {
        lastSelected = state.selected;
        stage.rig.retarget();
      }
      const { width, height } = sizeRef.current;
      const sizeKey = `${width}x${height}`;
      const selected = session.sample.roster.findIndex((e) => e.id === state.selected);
      const detail = state.selected === undefined ? undefined : state.details.get(state.selected);
      owedMs += dtMs;
      if (!moved && !stage.rig.busy && session.version === drawnVersion && sizeKey === drawnSize && selected === drawnSelected && detail === drawnDetail) return;
      drawnMs = nowMs;
      drawnVersion = session.version;
      drawnSize = sizeKey;
      drawnSelected = selected;
      drawnDetail = detail;
      camera.aspect = width / Math.max(1, height);
      stage.update({ dtMs: Math.min(250, owedMs), sample: session.sample, selected, detail, profiles: header.profiles, tickUs: session.tickUs }, camera);
      owedMs = 0;
      camera.updateMatrixWorld();
      const before = performance.now();
      three.render(scene, camera);
      stats.renderMs = performance.now() - before;
      stats.drawCalls = three.info.render.calls;
      stats.triangles = three.info.render.triangles;
      stats.frames += 1;
      labels.update(session.sample, selected, stage.hidden, camera, width, height);
    }
    handle = requestAnimationFrame(frame);
    return () => {
      cancelAnimationFrame(handle);
      three.domElement.removeEventListener("webglcontextlost", lost);
      detach();
      labels.dispose();
      stage?.dispose();
    };
  }, [gl, scene, session, quality, stats, labelHost]);
  return null;
}

export function TwinCanvas({ session, quality, stats, label }: Props & { readonly label: string }): React.JSX.Element {
  const [layer, setLayer] = useState<HTMLElement | null>(null);
  return (
    <div className="canvas-host" role="img" aria-label={label}>
      <Canvas
        frameloop="never"
        dpr={quality.high ? [1, 2] : 1}
        shadows={quality.high ? "soft" : false}
        gl={{ antialias: quality.high, powerPreference: "high-performance", toneMapping: ACESFilmicToneMapping, toneMappingExposure: 1.05, outputColorSpace: SRGBColorSpace }}
      >
        {layer !== null && <Driver session={session} quality={quality} stats={stats} labelHost={layer} />}
      </Canvas>
      <div className="labels" aria-hidden="true" ref={setLayer} />
    </div>
  );
}
