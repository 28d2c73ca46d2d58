/**
 * Writes maps/atlas-harbour.xodr: a small port, depot, mine and town for the demo. The map is the artefact; this script is
 * how it was drawn. Nodes are junctions, edges are two-lane roads along polylines with rounded corners (lines and
 * arcs), every movement through a junction is a connecting road (cubic parametric curve). Run: node make-map.mjs
 */
import { writeFileSync } from "node:fs";

const nodes = {
  T1: { x: 100, y: 0, r: 18 }, T2: { x: 300, y: 0, r: 18 }, T3: { x: 300, y: 160, r: 20 }, T4: { x: 100, y: 160, r: 18 },
  T5: { x: 500, y: 0, r: 20 }, P1: { x: -60, y: 0, r: 24 }, P2: { x: -60, y: -140, r: 24 }, D1: { x: 100, y: 260, r: 18 },
  M1: { x: 300, y: 310, r: 46 },
};
const town = { lane: 3.5, kmh: 50, side: { type: "sidewalk", width: 2 }, surface: "asphalt" };
const port = { lane: 4.5, kmh: 30, side: { type: "shoulder", width: 1.5 }, surface: "concrete" };
const depot = { lane: 4, kmh: 20, side: { type: "shoulder", width: 1 }, surface: "concrete" };
const haul = { lane: 13, kmh: 36, side: { type: "shoulder", width: 2 }, surface: "gravel" };
const track = { lane: 4.2, kmh: 60, side: { type: "shoulder", width: 1.5 }, surface: "dirt" };
const edges = [
  { id: 1, name: "Harbour Street west", a: "T1", b: "T2", kind: town },
  { id: 2, name: "Harbour Street east", a: "T2", b: "T5", kind: town },
  { id: 3, name: "Palm Street", a: "T4", b: "T3", kind: town },
  { id: 4, name: "Gulf Avenue", a: "T3", b: "T5", via: [[500, 160]], radius: 30, kind: town },
  { id: 5, name: "Market Street", a: "T1", b: "T4", kind: town },
  { id: 6, name: "Museum Street", a: "T2", b: "T3", kind: town },
  { id: 7, name: "Port Gate", a: "T1", b: "P1", kind: port },
  { id: 8, name: "Stack Lane", a: "P1", b: "P2", kind: port },
  { id: 9, name: "Quay Road", a: "P2", b: "P1", via: [[-280, -140], [-280, 0]], radius: 30, kind: port },
  { id: 10, name: "Depot Access", a: "T4", b: "D1", kind: depot },
  { id: 11, name: "Depot Loop", a: "D1", b: "D1", via: [[-60, 260], [-60, 350], [100, 350]], radius: 22, kind: depot },
  { id: 12, name: "Mine Access", a: "T3", b: "M1", kind: town },
  // The haul road climbs 8 % to the crusher and comes down again.
  { id: 13, name: "Haul Road", a: "M1", b: "M1", via: [[600, 310], [600, 520], [300, 520]], radius: 55, kind: haul, hill: { from: 60, rise: 170, height: 9, top: 300, fall: 170 } },
  { id: 14, name: "Perimeter Track", a: "T5", b: "P2", via: [[500, -110], [390, -175], [210, -120], [70, -140]], radius: 40, kind: track },
];

const f = (x) => String(Math.abs(x) < 1e-12 ? 0 : Number(x.toFixed(12)));
const unit = (x, y) => { const n = Math.hypot(x, y); return [x / n, y / n]; };

/** Lines and arcs along the polyline, corners rounded with `radius`. */
function geometry(points, radius) {
  const parts = [];
  let [x, y] = points[0];
  for (let i = 1; i < points.length; i += 1) {
    const [px, py] = points[i];
    const [ux, uy] = unit(px - x, py - y);
    const heading = Math.atan2(uy, ux);
    if (i === points.length - 1) {
      parts.push({ x, y, h: heading, length: Math.hypot(px - x, py - y), curvature: 0 });
      break;
    }
    const [vx, vy] = unit(points[i + 1][0] - px, points[i + 1][1] - py);
    const turn = Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy);
    const cut = radius * Math.tan(Math.abs(turn) / 2);
    const straight = Math.hypot(px - x, py - y) - cut;
    if (straight < 0) throw new Error(`no room for the corner at ${px}, ${py}`);
    parts.push({ x, y, h: heading, length: straight, curvature: 0 });
    parts.push({ x: px - ux * cut, y: py - uy * cut, h: heading, length: radius * Math.abs(turn), curvature: Math.sign(turn) / radius });
    [x, y] = [px + vx * cut, py + vy * cut];
  }
  return parts;
}

const arms = Object.fromEntries(Object.keys(nodes).map((name) => [name, []]));
const roads = [];
for (const edge of edges) {
  const a = nodes[edge.a];
  const b = nodes[edge.b];
  const points = [[a.x, a.y], ...(edge.via ?? []), [b.x, b.y]];
  const [sx, sy] = unit(points[1][0] - a.x, points[1][1] - a.y);
  const last = points.length - 1;
  const [ex, ey] = unit(points[last - 1][0] - b.x, points[last - 1][1] - b.y);
  points[0] = [a.x + sx * a.r, a.y + sy * a.r];
  points[last] = [b.x + ex * b.r, b.y + ey * b.r];
  const parts = geometry(points, edge.radius ?? 0);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  roads.push({ ...edge, parts, length });
  // Outward pose: where traffic leaves the junction.
  arms[edge.a].push({ road: edge, contact: "start", x: points[0][0], y: points[0][1], out: [sx, sy], lane: edge.kind.lane });
  arms[edge.b].push({ road: edge, contact: "end", x: points[last][0], y: points[last][1], out: [ex, ey], lane: edge.kind.lane });
}

const lines = [];
const put = (depth, text) => lines.push(`${"  ".repeat(depth)}${text}`);
put(0, '<?xml version="1.0" encoding="UTF-8"?>');
put(0, "<OpenDRIVE>");
put(1, '<header revMajor="1" revMinor="7" name="atlas-harbour" version="1" date="2026-11-01T00:00:00" north="560" south="-220" east="660" west="-320" vendor="AtlasMesh">');
put(2, "<geoReference><![CDATA[+proj=tmerc +lat_0=24.8 +lon_0=54.65 +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs]]></geoReference>");
put(1, "</header>");

function lane(depth, id, type, widthPoly, mark, extra = []) {
  put(depth, `<lane id="${id}" type="${type}" level="false">`);
  for (const line of extra.filter((e) => e.startsWith("<link"))) put(depth + 1, line);
  put(depth + 1, `<width sOffset="0" a="${f(widthPoly[0])}" b="${f(widthPoly[1] ?? 0)}" c="0" d="0"/>`);
  put(depth + 1, `<roadMark sOffset="0" type="${mark}" weight="standard" color="white" width="0.12"/>`);
  for (const line of extra.filter((e) => !e.startsWith("<link"))) put(depth + 1, line);
  put(depth, "</lane>");
}

function planView(depth, parts) {
  put(depth, "<planView>");
  let s = 0;
  for (const part of parts) {
    put(depth + 1, `<geometry s="${f(s)}" x="${f(part.x)}" y="${f(part.y)}" hdg="${f(part.h)}" length="${f(part.length)}">`);
    if (part.poly) put(depth + 2, `<paramPoly3 pRange="normalized" aU="0" bU="${f(part.poly.u[1])}" cU="${f(part.poly.u[2])}" dU="${f(part.poly.u[3])}" aV="0" bV="0" cV="${f(part.poly.v[2])}" dV="${f(part.poly.v[3])}"/>`);
    else if (part.curvature === 0) put(depth + 2, "<line/>");
    else put(depth + 2, `<arc curvature="${f(part.curvature)}"/>`);
    put(depth + 1, "</geometry>");
    s += part.length;
  }
  put(depth, "</planView>");
}

const nodeId = Object.fromEntries(Object.keys(nodes).map((name, i) => [name, 100 + i]));
for (const road of roads) {
  const { kind } = road;
  put(1, `<road name="${road.name}" length="${f(road.length)}" id="${road.id}" junction="-1" rule="RHT">`);
  put(2, "<link>");
  put(3, `<predecessor elementType="junction" elementId="${nodeId[road.a]}"/>`);
  put(3, `<successor elementType="junction" elementId="${nodeId[road.b]}"/>`);
  put(2, "</link>");
  put(2, `<type s="0" type="${kind === town ? "town" : "rural"}"><speed max="${kind.kmh}" unit="km/h"/></type>`);
  planView(2, road.parts);
  put(2, "<elevationProfile>");
  if (road.hill === undefined) put(3, '<elevation s="0" a="0" b="0" c="0" d="0"/>');
  else {
    // Smooth steps: z = h (3 u² - 2 u³), whose steepest grade is 1.5 h / rise.
    const { from, rise, height, top, fall } = road.hill;
    put(3, '<elevation s="0" a="0" b="0" c="0" d="0"/>');
    put(3, `<elevation s="${from}" a="0" b="0" c="${f((3 * height) / rise ** 2)}" d="${f((-2 * height) / rise ** 3)}"/>`);
    put(3, `<elevation s="${from + rise}" a="${height}" b="0" c="0" d="0"/>`);
    put(3, `<elevation s="${from + rise + top}" a="${height}" b="0" c="${f((-3 * height) / fall ** 2)}" d="${f((2 * height) / fall ** 3)}"/>`);
    put(3, `<elevation s="${from + rise + top + fall}" a="0" b="0" c="0" d="0"/>`);
  }
  put(2, "</elevationProfile>");
  put(2, "<lanes>");
  put(3, '<laneSection s="0">');
  const extra = [`<material sOffset="0" surface="${kind.surface}" friction="1" roughness="0"/>`];
  put(4, "<left>");
  lane(5, 2, kind.side.type, [kind.side.width], "none");
  lane(5, 1, "driving", [kind.lane], "solid", extra);
  put(4, "</left>");
  put(4, "<center>");
  put(5, '<lane id="0" type="none" level="false">');
  put(6, '<roadMark sOffset="0" type="broken" weight="standard" color="white" width="0.12"/>');
  put(5, "</lane>");
  put(4, "</center>");
  put(4, "<right>");
  lane(5, -1, "driving", [kind.lane], "solid", extra);
  lane(5, -2, kind.side.type, [kind.side.width], "none");
  put(4, "</right>");
  put(3, "</laneSection>");
  put(2, "</lanes>");
  put(1, "</road>");
}

/** Cubic through a junction: leaves along `out` reversed, arrives along the other arm's `out`. */
function movement(from, to) {
  const [hx, hy] = [-from.out[0], -from.out[1]];
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = dx * hx + dy * hy;
  const across = -dx * hy + dy * hx;
  const [tu, tv] = [to.out[0] * hx + to.out[1] * hy, -to.out[0] * hy + to.out[1] * hx];
  const distance = Math.hypot(dx, dy);
  const turn = Math.atan2(tv, tu);
  if (Math.abs(turn) < 1e-9 && Math.abs(across) < 1e-9) return { x: from.x, y: from.y, h: Math.atan2(hy, hx), length: distance, curvature: 0 };
  // Handle length that makes the cubic a near circle: 4/3 tan(turn/4) of the radius chord/(2 sin(turn/2)).
  const handle = Math.abs(turn) < 1e-9 ? distance / 3 : ((4 / 3) * Math.tan(Math.abs(turn) / 4) * distance) / (2 * Math.sin(Math.abs(turn) / 2));
  const p = [[0, 0], [handle, 0], [along - tu * handle, across - tv * handle], [along, across]];
  const poly = [0, 1].map((k) => [p[0][k], 3 * (p[1][k] - p[0][k]), 3 * (p[2][k] - 2 * p[1][k] + p[0][k]), p[3][k] - 3 * p[2][k] + 3 * p[1][k] - p[0][k]]);
  let length = 0;
  const n = 20000;
  const speed = (q) => Math.hypot(...poly.map((c) => c[1] + 2 * c[2] * q + 3 * c[3] * q * q));
  for (let i = 0; i < n; i += 1) length += (speed(i / n) + 4 * speed((i + 0.5) / n) + speed((i + 1) / n)) / (6 * n);
  return { x: from.x, y: from.y, h: Math.atan2(hy, hx), length, poly: { u: poly[0], v: poly[1] } };
}

let connecting = 1000;
const junctions = [];
for (const [name, list] of Object.entries(arms)) {
  const connections = [];
  for (const from of list) {
    for (const to of list) {
      if (from === to) continue;
      const id = connecting++;
      const part = movement(from, to);
      const inLane = from.contact === "end" ? -1 : 1;
      const outLane = to.contact === "start" ? -1 : 1;
      connections.push({ incoming: from.road.id, connecting: id, from: inLane });
      put(1, `<road name="${name} ${from.road.name} to ${to.road.name}" length="${f(part.length)}" id="${id}" junction="${nodeId[name]}" rule="RHT">`);
      put(2, "<link>");
      put(3, `<predecessor elementType="road" elementId="${from.road.id}" contactPoint="${from.contact}"/>`);
      put(3, `<successor elementType="road" elementId="${to.road.id}" contactPoint="${to.contact}"/>`);
      put(2, "</link>");
      put(2, `<type s="0" type="town"><speed max="${Math.min(from.road.kind.kmh, to.road.kind.kmh, 30)}" unit="km/h"/></type>`);
      planView(2, [part]);
      put(2, "<lanes>");
      put(3, '<laneSection s="0">');
      put(4, "<center>");
      put(5, '<lane id="0" type="none" level="false"/>');
      put(4, "</center>");
      put(4, "<right>");
      lane(5, -1, "driving", [from.lane, (to.lane - from.lane) / part.length], "none", [
        `<link><predecessor id="${inLane}"/><successor id="${outLane}"/></link>`,
        `<material sOffset="0" surface="${from.road.kind.surface}" friction="1" roughness="0"/>`,
      ]);
      put(4, "</right>");
      put(3, "</laneSection>");
      put(2, "</lanes>");
      put(1, "</road>");
    }
  }
  junctions.push({ name, connections });
}
for (const junction of junctions) {
  put(1, `<junction name="${junction.name}" id="${nodeId[junction.name]}" type="default">`);
  junction.connections.forEach((c, i) => {
    put(2, `<connection id="${i}" incomingRoad="${c.incoming}" connectingRoad="${c.connecting}" contactPoint="start">`);
    put(3, `<laneLink from="${c.from}" to="-1"/>`);
    put(2, "</connection>");
  });
  put(1, "</junction>");
}
put(0, "</OpenDRIVE>");
writeFileSync(new URL("maps/atlas-harbour.xodr", import.meta.url), `${lines.join("\n")}\n`);
console.log(`${roads.length} roads, ${connecting - 1000} movements, ${junctions.length} junctions, ${(roads.reduce((sum, r) => sum + r.length, 0) / 1000).toFixed(2)} km`);
