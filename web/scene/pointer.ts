/** Mouse, touch, pen and flight keys to camera moves. A short press without movement is a click. */
import type { CameraRig } from "./camera-rig.ts";

export interface PointerTarget {
  rig(): CameraRig | undefined;
  /** Picture coordinates from -1 to 1, up positive. */
  click(x: number, y: number): void;
}

const CLICK_PX = 5;

export function attachPointer(element: HTMLElement, target: PointerTarget): () => void {
  const down = new Map<number, { x: number; y: number; moved: number; pan: boolean }>();
  const keys = new Set<string>();

  const pinch = (): number => {
    const [a, b] = [...down.values()];
    return a === undefined || b === undefined ? 0 : Math.hypot(a.x - b.x, a.y - b.y);
  };

  function onDown(event: PointerEvent): void {
    element.setPointerCapture(event.pointerId);
    down.set(event.pointerId, { x: event.clientX, y: event.clientY, moved: 0, pan: event.button === 2 || event.shiftKey });
  }
  function onMove(event: PointerEvent): void {
    const held = down.get(event.pointerId);
    if (held === undefined) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    const before = pinch();
    held.x = event.clientX;
    held.y = event.clientY;
    held.moved += Math.abs(dx) + Math.abs(dy);
    const rig = target.rig();
    if (down.size === 2) {
      const after = pinch();
      if (before > 0 && after > 0) rig?.zoom(before / after);
      rig?.drag(dx / 2, dy / 2, true);
    } else if (held.moved > CLICK_PX) rig?.drag(dx, dy, held.pan);
  }
  function onUp(event: PointerEvent): void {
    const held = down.get(event.pointerId);
    down.delete(event.pointerId);
    if (held === undefined || held.moved > CLICK_PX || event.type === "pointercancel") return;
    const box = element.getBoundingClientRect();
    target.click(((event.clientX - box.left) / box.width) * 2 - 1, 1 - ((event.clientY - box.top) / box.height) * 2);
  }
  function onWheel(event: WheelEvent): void {
    event.preventDefault();
    target.rig()?.zoom(Math.exp(Math.min(120, Math.max(-120, event.deltaY)) * 0.0016));
  }
  function fly(): void {
    const on = (key: string): number => (keys.has(key) ? 1 : 0);
    target.rig()?.fly(on("w") - on("s"), on("a") - on("d"), on("e") - on("q"));
  }
  function onKey(event: KeyboardEvent): void {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    const key = event.key.toLowerCase();
    if (!"wasdqe".includes(key) || key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || (typing && event.type === "keydown")) return;
    if (event.type === "keydown") keys.add(key);
    else keys.delete(key);
    fly();
  }
  function onBlur(): void {
    keys.clear();
    fly();
  }
  const noMenu = (event: Event): void => event.preventDefault();

  element.style.touchAction = "none";
  element.addEventListener("pointerdown", onDown);
  element.addEventListener("pointermove", onMove);
  element.addEventListener("pointerup", onUp);
  element.addEventListener("pointercancel", onUp);
  element.addEventListener("wheel", onWheel, { passive: false });
  element.addEventListener("contextmenu", noMenu);
  window.addEventListener("keydown", onKey);
  window.addEventListener("keyup", onKey);
  window.addEventListener("blur", onBlur);
  return () => {
    element.removeEventListener("pointerdown", onDown);
    element.removeEventListener("pointermove", onMove);
    element.removeEventListener("pointerup", onUp);
    element.removeEventListener("pointercancel", onUp);
    element.removeEventListener("wheel", onWheel);
    element.removeEventListener("contextmenu", noMenu);
    window.removeEventListener("keydown", onKey);
    window.removeEventListener("keyup", onKey);
    window.removeEventListener("blur", onBlur);
  };
}
