import { describe, expect, test } from "vitest";
import { play, vehicle } from "../test-files.ts";
import { at, teleportTo } from "./test-conditions.ts";

/** Road "1" from (100, 50) in direction 0.5 rad, two lanes each way of 3.5 m, then road "2" straight on. */
const TURN = 0.5;
const END = { x: 100 + 200 * Math.cos(TURN), y: 50 + 200 * Math.sin(TURN) };
const road = (id: string, x: number, y: number, link: string): string => {
  const lane = (lane: number): string => `<lane id="${lane}" type="driving" level="false"><link>${id === "1" ? `<successor id="${lane}"/>` : `<predecessor id="${lane}"/>`}</link><width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane>`;
  return `<road name="r" length="200" id="${id}" junction="-1"><link>${link}</link><planView><geometry s="0" x="${x}" y="${y}" hdg="${TURN}" length="200"><line/></geometry></planView><lanes><laneSection s="0"><left>${lane(2)}${lane(1)}</left><center><lane id="0" type="none" level="false"/></center><right>${lane(-1)}${lane(-2)}</right></laneSection></lanes></road>`;
};
const header = (inside = ""): string => `<header revMajor="1" revMinor="6" name="t" version="1" date="2026-01-01T00:00:00" north="0" south="0" east="0" west="0" vendor="t">${inside}</header>`;
const map = `<?xml version="1.0"?><OpenDRIVE>${header("<geoReference><![CDATA[+proj=tmerc +lat_0=48 +lon_0=11 +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +units=m +no_defs]]></geoReference>")}${road("1", 100, 50, '<successor elementType="road" elementId="2" contactPoint="start"/>')}${road("2", END.x, END.y, '<predecessor elementType="road" elementId="1" contactPoint="end"/>')}</OpenDRIVE>`;

/** World place at s along the two roads and t to the left. */
const on = (s: number, t: number): readonly [number, number] => [100 + s * Math.cos(TURN) - t * Math.sin(TURN), 50 + s * Math.sin(TURN) + t * Math.cos(TURN)];

/** Where the ego is after a teleport there; Other stands on lane -1 at s = 60, looking 0.1 rad to the left of the road. */
function put(position: string, other = at("Other", ...on(60, -1.75), TURN + 0.1, 0)): { readonly x: number; readonly y: number; readonly h: number } {
  const p = play({ entities: vehicle("Ego") + vehicle("Other"), init: `${other}<Private entityRef="Ego">${teleportTo(position)}</Private>` }, { "map.xodr": map });
  p.to(0);
  const s = p.player.state("Ego");
  return { x: s.xM, y: s.yM, h: s.headingRad };
}
const expectAt = (position: string, place: readonly [number, number], h: number): void => {
  const ours = put(position);
  expect(ours.x, position).toBeCloseTo(place[0], 6);
  expect(ours.y, position).toBeCloseTo(place[1], 6);
  expect(Math.cos(ours.h - h), position).toBeCloseTo(1, 9);
};
const relative = (h: number): string => `<Orientation type="relative" h="${h}"/>`;
const absolute = (h: number): string => `<Orientation type="absolute" h="${h}"/>`;

describe("where positions are, and how one stands there: unstated, relative and absolute headings", () => {
  test("lane: relative to the driving direction of the lane", () => {
    const lane = (id: number, o: string): string => `<LanePosition roadId="1" laneId="${id}" s="80" offset="0.5">${o}</LanePosition>`;
    expectAt(lane(-1, ""), on(80, -1.25), TURN);
    expectAt(lane(-1, relative(0.2)), on(80, -1.25), TURN + 0.2);
    expectAt(lane(-1, absolute(0.2)), on(80, -1.25), 0.2);
    expectAt(lane(1, ""), on(80, 2.25), TURN + Math.PI);
    expectAt(lane(1, relative(0.2)), on(80, 2.25), TURN + Math.PI + 0.2);
    expectAt(lane(1, absolute(0.2)), on(80, 2.25), 0.2);
  });
  test("road: relative to the road's own direction, on either side", () => {
    const place = (t: number, o: string): string => `<RoadPosition roadId="1" s="80" t="${t}">${o}</RoadPosition>`;
    for (const t of [-3, 3]) {
      expectAt(place(t, ""), on(80, t), TURN);
      expectAt(place(t, relative(0.2)), on(80, t), TURN + 0.2);
      expectAt(place(t, absolute(0.2)), on(80, t), 0.2);
    }
  });
  test("relative lane: lanes and metres from the other, over the end of its road", () => {
    const place = (dLane: number, ds: string, o: string): string => `<RelativeLanePosition entityRef="Other" dLane="${dLane}" ${ds} offset="0.5">${o}</RelativeLanePosition>`;
    expectAt(place(-1, 'ds="160"', ""), on(220, -4.75), TURN);
    expectAt(place(0, 'dsLane="10"', relative(0.2)), on(70, -1.25), TURN + 0.2);
    expectAt(place(0, 'ds="-10"', absolute(0.2)), on(50, -1.25), 0.2);
    // One lane to the left of -1 is 1, the centre line not counted.
    expectAt(place(1, 'ds="10"', ""), on(70, 2.25), TURN);
    expectAt(place(1, 'dsLane="10"', ""), on(70, 2.25), TURN + Math.PI);
  });
  test("relative road: along and across from the other", () => {
    const place = (o: string): string => `<RelativeRoadPosition entityRef="Other" ds="160" dt="3">${o}</RelativeRoadPosition>`;
    expectAt(place(""), on(220, 1.25), TURN);
    expectAt(place(relative(0.2)), on(220, 1.25), TURN + 0.2);
    expectAt(place(absolute(0.2)), on(220, 1.25), 0.2);
  });
  test("relative object turns with the other, relative world does not; relative headings count from the other's", () => {
    const [x, y] = on(60, -1.75);
    const own: readonly [number, number] = [x + 10 * Math.cos(TURN + 0.1) - 2 * Math.sin(TURN + 0.1), y + 10 * Math.sin(TURN + 0.1) + 2 * Math.cos(TURN + 0.1)];
    for (const [o, h] of [["", TURN + 0.1], [relative(0.2), TURN + 0.3], [absolute(0.2), 0.2]] as const) {
      expectAt(`<RelativeObjectPosition entityRef="Other" dx="10" dy="2">${o}</RelativeObjectPosition>`, own, h);
      expectAt(`<RelativeWorldPosition entityRef="Other" dx="10" dy="2">${o}</RelativeWorldPosition>`, [x + 10, y + 2], h);
    }
  });
  test("route: along its path, in its direction", () => {
    const waypoint = (road: string, lane: number, s: number): string => `<Waypoint routeStrategy="shortest"><Position><LanePosition roadId="${road}" laneId="${lane}" s="${s}"/></Position></Waypoint>`;
    const place = (inside: string, o: string): string => `<RoutePosition><RouteRef><Route name="w" closed="false">${waypoint("1", -1, 20)}${waypoint("2", -1, 100)}</Route></RouteRef>${o}<InRoutePosition>${inside}</InRoutePosition></RoutePosition>`;
    expectAt(place('<FromLaneCoordinates pathS="200" laneId="-2" laneOffset="0.5"/>', relative(0.2)), on(220, -4.75), TURN + 0.2);
    expectAt(place('<FromRoadCoordinates pathS="30" t="-2"/>', absolute(0.2)), on(50, -2), 0.2);
    expectAt(place('<FromCurrentEntity entityRef="Other"/>', ""), on(60, -1.75), TURN);
  });
  test("trajectory: along and beside its path; relative headings count from the path's", () => {
    const vertex = (x: number, y: number): string => `<Vertex><Position><WorldPosition x="${x}" y="${y}"/></Position></Vertex>`;
    const place = (o: string): string => `<TrajectoryPosition s="30" t="2">${o}<TrajectoryRef><Trajectory name="w" closed="false"><Shape><Polyline>${vertex(0, 0)}${vertex(20, 0)}${vertex(20, 100)}</Polyline></Shape></Trajectory></TrajectoryRef></TrajectoryPosition>`;
    expectAt(place(""), [18, 10], Math.PI / 2);
    expectAt(place(relative(0.2)), [18, 10], Math.PI / 2 + 0.2);
    expectAt(place(absolute(0.2)), [18, 10], 0.2);
  });
  test("geographic: by the map's own projection, along the road unless told otherwise", () => {
    // One arc minute of latitude north of the origin of a transverse Mercator map at 48 degrees: the meridian's length.
    const north = put('<GeoPosition latitudeDeg="48.001" longitudeDeg="11.0"/>');
    expect(north.x).toBeCloseTo(0, 6);
    expect(north.y).toBeCloseTo(111.2, 1);
    expect(put(`<GeoPosition latitudeDeg="48.001" longitudeDeg="11.0">${absolute(0.2)}</GeoPosition>`).h).toBeCloseTo(0.2, 9);
  });
  test("a heading set on a banked road turns about the road's normal", () => {
    const banked = map.replace("<planView>", '<planView>').replaceAll("</planView>", '</planView><lateralProfile><superelevation s="0" a="0.4" b="0" c="0" d="0"/></lateralProfile>');
    const p = play({ init: `<Private entityRef="Ego">${teleportTo(`<LanePosition roadId="1" laneId="-1" s="80">${absolute(TURN + 0.5)}</LanePosition>`)}</Private>` }, { "map.xodr": banked });
    p.to(0);
    const s = p.player.state("Ego");
    // Rz(0.5) Rx(0.4) Rz(0.5): the x axis of the vehicle in the world.
    const [x, y, z] = [Math.cos(0.5), Math.sin(0.5) * Math.cos(0.4), Math.sin(0.5) * Math.sin(0.4)];
    expect(s.headingRad).toBeCloseTo(TURN + Math.atan2(y, x), 9);
    expect(s.pitchRad).toBeCloseTo(-Math.asin(z), 9);
  });
});
