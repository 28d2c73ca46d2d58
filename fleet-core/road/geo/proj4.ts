/**
 * Reads a proj4 text (OpenDRIVE's geoReference) into a coordinate reference system: projection, ellipsoid, datum shift,
 * units. What is not understood or not applied is said, never guessed: an unknown projection gives none at all.
 */
import { parseXmlNumber } from "../../contract/xml.ts";
import { createDoubleStereographic, createEqualArea, createStereographic, createSwissMercator, createUps } from "./azimuthal.ts";
import { createAlbers, createLambertConic } from "./conic.ts";
import { createEquidistant, createMercator, createWebMercator } from "./cylindrical.ts";
import type { Ellipsoid } from "./ellipsoid.ts";
import { datums, ellipsoidOf, ellipsoids } from "./ellipsoid.ts";
import type { Projection } from "./projection.ts";
import { HALF_PI } from "./projection.ts";
import { createTransverseMercator } from "./transverse-mercator.ts";

export interface ReferenceSystem {
  readonly name: string;
  /** undefined: coordinates are longitude and latitude in degrees. */
  readonly projection: Projection | undefined;
  readonly ellipsoid: Ellipsoid;
  /** Central meridian from Greenwich [rad]. */
  readonly lon0: number;
  readonly falseEastM: number;
  readonly falseNorthM: number;
  /** Metres per unit of the map. */
  readonly unitM: number;
  /** Parameters towards WGS84; undefined when there is nothing to shift. */
  readonly shift: readonly number[] | undefined;
}

export interface ReferenceText {
  readonly system: ReferenceSystem | undefined;
  /** Why there is none, or what the system leaves out. */
  readonly problems: readonly { readonly message: string; readonly expected?: string }[];
}

const units: ReadonlyMap<string, number> = new Map([
  ["m", 1], ["km", 1000], ["dm", 0.1], ["cm", 0.01], ["mm", 0.001], ["ft", 0.3048], ["us-ft", 1200 / 3937], ["yd", 0.9144], ["us-yd", 3600 / 3937], ["in", 0.0254], ["mi", 1609.344], ["us-mi", 6336000 / 3937],
  ["kmi", 1852], ["ch", 20.1168], ["us-ch", 79200 / 3937], ["link", 0.201168], ["fath", 1.8288], ["ind-ft", 0.30479841], ["ind-yd", 0.91439523],
]);

const meridians: ReadonlyMap<string, string> = new Map([
  ["greenwich", "0"], ["lisbon", "9d07'54.862\"W"], ["paris", "2d20'14.025\"E"], ["bogota", "74d04'51.3\"W"], ["madrid", "3d41'16.58\"W"], ["rome", "12d27'8.4\"E"], ["bern", "7d26'22.5\"E"], ["jakarta", "106d48'27.79\"E"],
  ["ferro", "17d40'W"], ["brussels", "4d22'4.71\"E"], ["stockholm", "18d3'29.8\"E"], ["athens", "23d42'58.815\"E"], ["oslo", "10d43'22.5\"E"],
]);

export const projectionNames: readonly string[] = ["longlat", "tmerc", "utm", "merc", "webmerc", "lcc", "stere", "ups", "sterea", "somerc", "eqc", "aea", "laea"];
const aliases: ReadonlyMap<string, string> = new Map([["latlong", "longlat"], ["latlon", "longlat"], ["lonlat", "longlat"], ["etmerc", "tmerc"]]);

/** Say nothing about where a place is on the plane. */
const silent: ReadonlySet<string> = new Set(["proj", "no_defs", "wktext", "type", "over", "title", "approx", "algo", "no_off", "no_uoff"]);
const used: readonly string[] = [
  "lat_0", "lon_0", "lat_1", "lat_2", "lat_ts", "k", "k_0", "x_0", "y_0", "ellps", "datum", "a", "b", "rf", "f", "R", "es", "units", "to_meter", "towgs84", "zone", "south", "pm", "nadgrids", "axis", "geoidgrids", "vunits", "vto_meter", "lon_wrap",
];

/** What a projection has no use for although people write it. */
const idle: ReadonlyMap<string, readonly string[]> = new Map([
  ["utm", ["lat_0", "lon_0", "k", "k_0", "x_0", "y_0", "lat_ts", "lat_1", "lat_2"]],
  ["ups", ["lat_0", "lon_0", "k", "k_0", "x_0", "y_0", "lat_ts", "lat_1", "lat_2"]],
  ["merc", ["lat_0", "lat_1", "lat_2"]],
  ["webmerc", ["lat_0", "lat_1", "lat_2", "lat_ts"]],
  ["tmerc", ["lat_1", "lat_2", "lat_ts"]],
]);

/** Codes of the EPSG register whose systems are one line of proj4. */
function epsg(code: number): string | undefined {
  if (code === 4326) return "+proj=longlat +datum=WGS84";
  if (code === 4258) return "+proj=longlat +ellps=GRS80 +towgs84=0,0,0";
  if (code === 3857) return "+proj=webmerc +datum=WGS84";
  if (code > 32600 && code <= 32660) return `+proj=utm +zone=${code - 32600} +datum=WGS84`;
  if (code > 32700 && code <= 32760) return `+proj=utm +zone=${code - 32700} +south +datum=WGS84`;
  if (code >= 25828 && code <= 25838) return `+proj=utm +zone=${code - 25800} +ellps=GRS80 +towgs84=0,0,0`;
  return undefined;
}

/** Degrees: decimal, or d'm's with a hemisphere letter. */
export function angleDeg(text: string): number | undefined {
  const plain = parseXmlNumber(text);
  if (plain !== undefined) return plain;
  const found = /^([+-]?)(\d+(?:\.\d*)?)(?:[d°](?:(\d+(?:\.\d*)?)')?(?:(\d+(?:\.\d*)?)")?)?([NSEWnsew]?)$/.exec(text);
  if (found === null) return undefined;
  const value = Number(found[2]) + Number(found[3] ?? 0) / 60 + Number(found[4] ?? 0) / 3600;
  const negative = (found[1] === "-") !== /[SsWw]/.test(found[5] ?? "");
  return negative ? -value : value;
}

function parameters(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const word of text.trim().split(/\s+/)) {
    const at = word.indexOf("=");
    const key = (at < 0 ? word : word.slice(0, at)).replace(/^\+/, "");
    // As in proj4, the first of two equal names counts.
    if (key !== "" && !found.has(key)) found.set(key, at < 0 ? "" : word.slice(at + 1).replace(/;$/, ""));
  }
  return found;
}

export function readProj4(text: string): ReferenceText {
  const problems: { message: string; expected?: string }[] = [];
  const fail = (message: string, expected?: string): ReferenceText => ({ system: undefined, problems: [{ message, ...(expected === undefined ? {} : { expected }) }] });
  const code = /^\s*(?:\+?init=)?epsg:(\d+)\s*$/i.exec(text);
  const standing = code === null ? undefined : epsg(Number(code[1]));
  if (code !== null && standing === undefined) return fail(`EPSG code ${code[1]} is not known here`, "a proj4 text");
  // Whitespace around "=" occurs in the wild.
  const p = parameters((standing ?? text).replace(/\s*=\s*/g, "="));
  const unreadable: string[] = [];
  const number = (key: string): number | undefined => {
    const raw = p.get(key);
    if (raw === undefined) return undefined;
    const value = parseXmlNumber(raw);
    if (value === undefined) unreadable.push(`+${key}=${raw}`);
    return value;
  };
  const angle = (key: string): number | undefined => {
    const raw = p.get(key);
    if (raw === undefined) return undefined;
    const value = angleDeg(raw);
    const limit = key.startsWith("lat") ? 90 : 720;
    if (value === undefined || Math.abs(value) > limit) unreadable.push(`+${key}=${raw}`);
    return value === undefined ? undefined : (value * Math.PI) / 180;
  };

  let name = p.get("proj");
  if (name === undefined) {
    if (!p.has("lat_0") || !p.has("lon_0")) return fail("the georeference names no projection", "+proj=… of a proj4 text");
    problems.push({ message: "the georeference names no projection: +lat_0 and +lon_0 are taken as the centre of a transverse Mercator", expected: "+proj=tmerc" });
    name = "tmerc";
  }
  name = aliases.get(name) ?? name;
  if (!projectionNames.includes(name)) return fail(`projection ${name} is not known here`, `one of ${projectionNames.join(", ")}`);

  const datumName = p.get("datum");
  const datum = datumName === undefined ? undefined : datums.get(datumName);
  if (datumName !== undefined && datum === undefined) problems.push({ message: `datum ${datumName} is not known here: coordinates stay on its ellipsoid`, expected: `one of ${[...datums.keys()].join(", ")}` });
  const ellipsoid = readEllipsoid(p, number, datum?.ellipsoid);
  if (typeof ellipsoid === "string") return fail(ellipsoid, `+ellps of ${[...ellipsoids.keys()].join(", ")}; or +a with +b, +rf or +f; or +R`);

  const raw = p.get("towgs84");
  const values = raw === undefined ? undefined : raw.split(",").map((v) => parseXmlNumber(v));
  if (values !== undefined && ((values.length !== 3 && values.length !== 7) || values.includes(undefined))) unreadable.push(`+towgs84=${raw}`);
  const shift = (values as number[] | undefined) ?? datum?.shift;
  if (datumName === "potsdam" && raw === undefined) problems.push({ message: "datum potsdam is shifted by its seven mean parameters: good to some metres" });
  const grids = p.get("nadgrids");
  if (grids !== undefined && grids !== "@null" && grids !== "") problems.push({ message: `grid ${grids} is not applied` });
  const geocentric = name !== "webmerc" && grids !== "@null";
  if (shift === undefined && datumName === undefined && geocentric && Math.abs(ellipsoid.aM - 6378137) > 1) problems.push({ message: "no datum is given: latitudes stay on the ellipsoid named", expected: "+datum or +towgs84" });
  for (const key of ["geoidgrids", "vunits", "vto_meter"]) {
    const value = p.get(key);
    if (value !== undefined && value !== "m" && value !== "1") problems.push({ message: `+${key}=${value} is not applied: heights are the map's` });
  }
  if ((p.get("axis") ?? "enu") !== "enu") return fail(`axis order ${p.get("axis")} is not known here`, "+axis=enu");

  const ratio = /^([^/]+)\/([^/]+)$/.exec(p.get("to_meter") ?? "");
  const toMetre = ratio === null ? number("to_meter") : (parseXmlNumber(ratio[1] as string) ?? NaN) / (parseXmlNumber(ratio[2] as string) ?? NaN);
  const unitName = p.get("units") ?? "m";
  const unitM = toMetre ?? units.get(unitName);
  if (unitM === undefined || !(unitM > 0) || !Number.isFinite(unitM)) return fail(`units ${p.get("to_meter") ?? unitName} are not known here`, `one of ${[...units.keys()].join(", ")}`);

  const meridian = p.get("pm");
  const pmDeg = meridian === undefined ? 0 : angleDeg(meridians.get(meridian) ?? meridian);
  if (pmDeg === undefined || Math.abs(pmDeg) > 180) return fail(`prime meridian ${meridian} is not known here`, `degrees or one of ${[...meridians.keys()].join(", ")}`);

  const settings = { lat0: angle("lat_0"), lat1: angle("lat_1"), lat2: angle("lat_2"), latTs: angle("lat_ts"), k0: number("k_0") ?? number("k") };
  const place = { lon0: angle("lon_0") ?? 0, falseEastM: number("x_0") ?? 0, falseNorthM: number("y_0") ?? 0 };
  const zone = number("zone");
  const made = makeProjection(name, ellipsoid, settings, zone, p.has("south"), place);
  if (unreadable.length > 0) return fail(`${unreadable.join(" ")} cannot be read`, "numbers; latitudes within ±90 degrees");
  if (typeof made === "string") return fail(made);
  const fixed = (idle.get(name) ?? []).filter((key) => p.has(key) && (number(key) !== 0 || name === "ups" || name === "utm"));
  if (fixed.length > 0) problems.push({ message: `${fixed.map((key) => `+${key}`).join(", ")} ${fixed.length === 1 ? "has" : "have"} no meaning with +proj=${name}` });
  const unknown = [...p.keys()].filter((key) => !silent.has(key) && !used.includes(key));
  if (unknown.length > 0) problems.push({ message: `${unknown.map((key) => `+${key}`).join(", ")} ${unknown.length === 1 ? "is" : "are"} not applied` });
  const shifted = shift !== undefined && (shift.some((v) => v !== 0) || Math.abs(ellipsoid.aM - 6378137) > 1e-6);
  return { system: { name, ellipsoid, unitM, shift: shifted && geocentric ? shift : undefined, ...made, lon0: made.lon0 + (pmDeg * Math.PI) / 180 }, problems };
}

function readEllipsoid(p: ReadonlyMap<string, string>, number: (key: string) => number | undefined, ofDatum: string | undefined): Ellipsoid | string {
  const radius = number("R");
  if (radius !== undefined) return radius > 0 ? ellipsoidOf(radius, 0) : "the radius is not positive";
  const named = p.get("ellps");
  // GRS80 when nothing is said, as in proj4; it differs from WGS84 by a tenth of a millimetre.
  const known = ellipsoids.get(named ?? ofDatum ?? "GRS80");
  if (named !== undefined && known === undefined) return `ellipsoid ${named} is not known here`;
  const aM = number("a") ?? known?.aM ?? 0;
  const bM = number("b");
  const rf = number("rf");
  const es = number("es");
  const f = bM !== undefined ? (aM - bM) / aM : rf !== undefined ? 1 / rf : (number("f") ?? (es !== undefined ? 1 - Math.sqrt(1 - es) : p.has("a") && named === undefined ? 0 : known?.f));
  if (f === undefined || !(aM > 0) || !(f >= 0 && f < 0.5)) return "the ellipsoid is none";
  return ellipsoidOf(aM, f);
}

interface Place {
  readonly lon0: number;
  readonly falseEastM: number;
  readonly falseNorthM: number;
}

function makeProjection(name: string, ellipsoid: Ellipsoid, s: { readonly lat0: number | undefined; readonly lat1: number | undefined; readonly lat2: number | undefined; readonly latTs: number | undefined; readonly k0: number | undefined }, zone: number | undefined, south: boolean, place: Place): (Place & { readonly projection: Projection | undefined }) | string {
  const k0 = s.k0 ?? 1;
  if (!(k0 > 0)) return "the scale factor is not positive";
  const settings = { lat0: s.lat0 ?? 0, lat1: s.lat1, lat2: s.lat2, latTs: s.latTs, k0 };
  const made = (projection: Projection | undefined): (Place & { readonly projection: Projection }) | string => (projection === undefined ? `the parallels of ${name} make no cone` : { ...place, projection });
  switch (name) {
    case "longlat":
      return { ...place, lon0: 0, falseEastM: 0, falseNorthM: 0, projection: undefined };
    case "tmerc":
      return made(createTransverseMercator(ellipsoid, settings.lat0, k0));
    case "utm": {
      // Without a zone, as in proj4, the one that holds +lon_0.
      const z = zone ?? Math.floor((place.lon0 * 180) / Math.PI / 6) + 31;
      if (!Number.isInteger(z) || z < 1 || z > 60) return `UTM zone ${z} does not exist`;
      return { projection: createTransverseMercator(ellipsoid, 0, 0.9996), lon0: ((z * 6 - 183) * Math.PI) / 180, falseEastM: 500_000, falseNorthM: south ? 10_000_000 : 0 };
    }
    case "merc":
      if (settings.latTs !== undefined && Math.abs(settings.latTs) >= HALF_PI) return "the latitude of true scale is a pole";
      return made(createMercator(ellipsoid, settings));
    case "webmerc":
      return made(createWebMercator(ellipsoid, settings));
    case "lcc":
      // One parallel is also the origin's latitude unless that is given.
      return made(createLambertConic(ellipsoid, { ...settings, lat0: s.lat0 ?? (s.lat2 === undefined ? (s.lat1 ?? 0) : 0) }));
    case "aea":
      return made(createAlbers(ellipsoid, settings));
    case "stere":
      return made(createStereographic(ellipsoid, settings));
    case "ups":
      return { projection: createUps(ellipsoid, south), lon0: 0, falseEastM: 2_000_000, falseNorthM: 2_000_000 };
    case "sterea":
      return made(createDoubleStereographic(ellipsoid, settings));
    case "somerc":
      return made(createSwissMercator(ellipsoid, settings));
    case "eqc":
      return made(createEquidistant(ellipsoid, settings));
    case "laea":
      return made(createEqualArea(ellipsoid, settings));
    default:
      return `projection ${name} is not known here`;
  }
}
