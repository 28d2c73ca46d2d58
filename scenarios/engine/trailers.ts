/** Trailers follow their tow vehicle: coupler on hitch, the axle drawn along a straight line (a tractrix step). */
import { atan2, cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { Actor } from "./actor.ts";
import { SMALL, wrap2Pi } from "./angles.ts";
import { setWorld, type RoadMap } from "./pose.ts";

const hitchOf = (tow: Actor): number => tow.model.hitchX ?? 0;
const couplerOf = (trailer: Actor): number => trailer.model.couplerX ?? 0;

/** Puts all trailers in line behind the vehicle, as after a jump. */
export function alignTrailers(map: RoadMap, tow: Actor): void {
  let front = tow;
  for (let trailer = tow.trailer; trailer !== undefined; trailer = front.trailer) {
    const d = hitchOf(front) - couplerOf(trailer);
    const { pose } = front;
    setWorld(map, trailer.pose, pose.xM + d * cos(pose.h), pose.yM + d * sin(pose.h), undefined, pose.h, undefined, undefined);
    trailer.speed = front.speed;
    trailer.teleported = true;
    front = trailer;
  }
}

/** After the tow vehicle has moved. */
export function pullTrailers(map: RoadMap, tow: Actor): void {
  let front = tow;
  for (let trailer = tow.trailer; trailer !== undefined; trailer = front.trailer) {
    const { pose } = front;
    const hitchX = pose.xM + hitchOf(front) * cos(pose.h);
    const hitchY = pose.yM + hitchOf(front) * sin(pose.h);
    const dx = trailer.pose.xM - hitchX;
    const dy = trailer.pose.yM - hitchY;
    const length = Math.sqrt(dx * dx + dy * dy);
    const reach = couplerOf(trailer);
    if (length > SMALL) {
      setWorld(map, trailer.pose, hitchX + (dx / length) * reach, hitchY + (dy / length) * reach, undefined, wrap2Pi(atan2(-dy, -dx)), undefined, undefined);
    }
    trailer.speed = front.speed;
    trailer.speedSet = true;
    front = trailer;
  }
}

/** Nothing happens when the trailer pulls the vehicle already, directly or through others, or is the vehicle itself. */
export function connectTrailer(tow: Actor, trailer: Actor): void {
  for (let front: Actor | undefined = tow; front !== undefined; front = front.tow) if (front === trailer) return;
  disconnectTrailer(tow);
  if (trailer.tow !== undefined) trailer.tow.trailer = undefined;
  tow.trailer = trailer;
  trailer.tow = tow;
}

export function disconnectTrailer(tow: Actor): void {
  if (tow.trailer === undefined) return;
  tow.trailer.tow = undefined;
  tow.trailer = undefined;
}
