/**
 * Properties with which files made for esmini say how a vehicle moves. The standard leaves properties to the player; these
 * are honoured because such files are common, and they name no file of anybody. Other properties never change a motion.
 */
import { parseXmlNumber } from "../../fleet-core/contract/xml.ts";
import type { Entity } from "../schema/model.ts";

export interface VendorTraits {
  /** `refpoint_x_offset`: the point that follows paths lies this far [m] ahead of the rear axle, which trails it. */
  readonly refpointM: number;
  /** `ignoreHeadingForTrajMotion`: headings a trajectory states turn the body, not the direction it is followed in. */
  readonly headingIsLookOnly: boolean;
  /** `plineInterpolation`: where angles turn between vertices, whatever the following mode. */
  readonly turning: "segment" | "corner" | undefined;
}

const NONE: VendorTraits = { refpointM: 0, headingIsLookOnly: false, turning: undefined };

export function vendorTraits(entity: Entity): VendorTraits {
  const { properties } = entity;
  if (properties.size === 0) return NONE;
  const turning = properties.get("plineInterpolation");
  return {
    refpointM: entity.kind === "vehicle" ? (parseXmlNumber(properties.get("refpoint_x_offset") ?? "") ?? 0) : 0,
    headingIsLookOnly: properties.get("ignoreHeadingForTrajMotion") === "true",
    turning: turning === "segment" || turning === "corner" ? turning : undefined,
  };
}

/** The entity as seen from its reference point: a box given from the rear axle lies further back. */
export function fromRefpoint(entity: Entity, traits: VendorTraits): Entity {
  return traits.refpointM === 0 ? entity : { ...entity, box: { ...entity.box, cx: entity.box.cx - traits.refpointM } };
}
