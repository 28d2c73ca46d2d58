/** Roads of the proving ground as OpenDRIVE text: straight, two lanes each way of travel, wide enough for the vehicle. */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";

/** Lane width a road needs for this vehicle [m]: the usual 3.5 m, and for wider ones half as much room again. */
export const laneWidthM = (profile: VehicleProfile): number => Math.max(3.5, Math.round(15 * profile.geometry.widthM) / 10);

export const TRACK_M = 3000;
/** The ego's lane on the track, and the one to its left. */
export const EGO_LANE = -2;
export const LEFT_LANE = -1;

/** y of the middle of a lane of the track [m]; the track runs along x. */
export const laneYM = (profile: VehicleProfile, lane: number): number => (lane + 0.5) * laneWidthM(profile);

export function trackText(profile: VehicleProfile, surface = profile.odd.surfaces[0] ?? "asphalt"): string {
  const width = laneWidthM(profile);
  const lane = (id: number, mark: string): string =>
    `<lane id="${id}" type="driving" level="false"><width sOffset="0" a="${width}" b="0" c="0" d="0"/><roadMark sOffset="0" type="${mark}" weight="standard" color="white" width="0.15"/><material sOffset="0" surface="${surface}" friction="0.9" roughness="0.01"/></lane>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<OpenDRIVE>
  <header revMajor="1" revMinor="7" name="proving-ground" version="1" date="2026-11-01T00:00:00" north="40" south="-40" east="${TRACK_M}" west="0" vendor="AtlasMesh"/>
  <road name="Track" length="${TRACK_M}" id="1" junction="-1" rule="RHT">
    <planView><geometry s="0" x="0" y="0" hdg="0" length="${TRACK_M}"><line/></geometry></planView>
    <lanes>
      <laneSection s="0">
        <center><lane id="0" type="none" level="false"><roadMark sOffset="0" type="solid" weight="standard" color="white" width="0.15"/></lane></center>
        <right>${lane(-1, "broken")}${lane(-2, "broken")}${lane(-3, "solid")}<lane id="-4" type="shoulder" level="false"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></right>
      </laneSection>
    </lanes>
  </road>
</OpenDRIVE>
`;
}
