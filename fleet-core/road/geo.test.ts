/** Public test points: worked examples of EPSG guidance note 7-2 ("7-2"), Snyder's manual, and PROJ's own test files ("gie"). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { angleDeg } from "./geo/proj4.ts";
import type { GeoFrame } from "./geo.ts";
import { readGeoReference } from "./geo.ts";

const none = { xM: 0, yM: 0, zM: 0, headingRad: 0 };
function frameOf(text: string, offset = none): GeoFrame {
  const { frame, problems } = readGeoReference(text, offset);
  if (frame === undefined) throw new Error(problems.map((p) => p.message).join("; "));
  return frame;
}
const problemsOf = (text: string): string[] => readGeoReference(text, none).problems.map((p) => p.message);
const deg = (text: string): number => angleDeg(text) as number;

/** Metres of one degree of latitude, near enough to compare angles. */
const M_PER_DEG = 111_320;

/** Each row: source, text, longitude, latitude, x, y, tolerance [m]. */
const points: readonly (readonly [string, string, number | string, number | string, number, number, number])[] = [
  ["7-2 transverse Mercator", "+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy", "0d30'E", "50d30'N", 577274.99, 69740.5, 0.01],
  ["7-2 Lambert conic 1SP", "+proj=lcc +lat_1=18 +lat_0=18 +lon_0=-77 +k_0=1 +x_0=250000 +y_0=150000 +ellps=clrk66", "76d56'37.26\"W", "17d55'55.80\"N", 255966.58, 142493.51, 0.01],
  ["7-2 Lambert conic 2SP", "+proj=lcc +lat_1=28d23'N +lat_2=30d17'N +lat_0=27d50'N +lon_0=99W +x_0=609601.2192024384 +y_0=0 +ellps=clrk66 +units=us-ft", "96W", "28d30'N", 2963503.91, 254759.8, 0.01],
  ["7-2 Mercator variant A", "+proj=merc +lon_0=110 +k=0.997 +x_0=3900000 +y_0=900000 +ellps=bessel", 120, -3, 5009726.58, 569150.82, 0.01],
  ["7-2 Mercator variant B", "+proj=merc +lat_ts=42 +lon_0=51 +ellps=krass", 53, 53, 165704.29, 5171848.07, 0.01],
  ["7-2 popular visualisation Mercator", "+proj=webmerc +datum=WGS84", "100d20'W", "24d22'54.433\"N", -11169055.58, 2800000, 0.02],
  ["7-2 the same by proj4's old spelling", "+proj=merc +a=6378137 +b=6378137 +lat_ts=0.0 +lon_0=0.0 +x_0=0.0 +y_0=0 +k=1.0 +units=m +nadgrids=@null +wktext +no_defs", "100d20'W", "24d22'54.433\"N", -11169055.58, 2800000, 0.02],
  ["7-2 oblique stereographic", "+proj=sterea +lat_0=52d9'22.178\"N +lon_0=5d23'15.5\"E +k=0.9999079 +x_0=155000 +y_0=463000 +ellps=bessel", 6, 53, 196105.283, 557057.739, 0.001],
  ["7-2 polar stereographic variant A", "+proj=ups +ellps=WGS84", 44, 73, 3320416.75, 632668.43, 0.01],
  ["7-2 polar stereographic variant B", "+proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=70 +x_0=6000000 +y_0=6000000 +ellps=WGS84", 120, -75, 7255380.79, 7053389.56, 0.01],
  ["7-2 Lambert azimuthal equal area", "+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80", 5, 50, 3962799.45, 2999718.85, 0.01],
  ["7-2 equidistant cylindrical", "+proj=eqc +ellps=WGS84", 10, 55, 1113194.91, 6097230.31, 0.01],
  ["Snyder Albers", "+proj=aea +lat_1=29.5 +lat_2=45.5 +lat_0=23 +lon_0=-96 +ellps=clrk66", -75, 35, 1885472.7, 1535925, 0.06],
  ["Snyder oblique stereographic", "+proj=stere +lat_0=40 +lon_0=-100 +k=0.9999 +ellps=clrk66", -90, 30, 971630.8, -1063049.3, 0.06],
  ["gie tmerc", "+proj=tmerc +ellps=GRS80", 2, 1, 222650.796797586, 110642.229411933, 1e-7],
  ["gie tmerc near the pole", "+proj=tmerc +ellps=GRS80", 30, 89.9999, 5.584698978, 10001956.056248082, 1e-7],
  ["gie tmerc 3900 km out", "+proj=tmerc +ellps=GRS80", 44.69, 35.37, 4168136.489446198, 4985511.302287407, 2e-7],
  ["gie tmerc south of its origin", "+proj=tmerc +R=6400000 +k=0.9 +lat_0=40", 1, -30, 87064.5795, -7037547.459, 1e-4],
  ["gie etmerc wide", "+proj=etmerc +ellps=GRS80", 6, 85, 58302.056, 9446554.0371, 1e-4],
  ["gie utm", "+proj=utm +zone=32", 12, 56, 687071.43910944, 6210141.32674801, 1e-6],
  ["gie utm far off its zone", "+proj=utm +ellps=GRS80 +zone=30", 2, -1, 1057002.405491298, -110955.141175949, 1e-6],
  ["gie utm by EPSG code", "EPSG:25832", 12, 55, 691875.6321, 6098907.825, 1e-4],
  ["gie merc", "+proj=merc +ellps=GRS80", 2, 1, 222638.981586547, 110579.965218249, 1e-7],
  ["gie merc on a sphere", "+proj=merc +R=6400000", -2, -1, -223402.144255274, -111706.743574944, 1e-7],
  ["gie lcc", "+proj=lcc +ellps=GRS80 +lat_1=0.5 +lat_2=2", 2, -1, 222756.879700279, -110532.797660827, 1e-6],
  ["gie lcc 30 to 45", "+proj=lcc +ellps=GRS80 +lat_1=30 +lat_2=45", 1, 2, 131833.493971117, 265456.213515346, 1e-6],
  ["gie lcc with a factor", "+proj=lcc +ellps=GRS80 +lat_1=0.5 +lat_2=2 +k_0=1.0000382", -2, 1, -222596.942614366, 110664.761103214, 1e-6],
  ["gie lcc on a sphere", "+proj=lcc +ellps=sphere +lat_1=30 +lat_2=40", 1, 2, 129391.9095211, 262101.67417686, 1e-6],
  ["gie aea", "+proj=aea +ellps=GRS80 +lat_1=0 +lat_2=2", 150, 50, 16468399.3582, 5275043.9815, 1e-4],
  ["gie laea equator", "+proj=laea +ellps=GRS80", 150, 50, 4372597.1888, 10352365.4614, 1e-4],
  ["gie laea oblique", "+proj=laea +ellps=GRS80 +lat_0=45", 45, 45, 3318800.8682, 968788.2336, 1e-4],
  ["gie laea south pole", "+proj=laea +ellps=GRS80 +lat_0=-90", 0, 45, 0, 11766619.5307, 1e-4],
  ["gie laea north pole", "+proj=laea +ellps=GRS80 +lat_0=90", 0, -45, 0, -11766619.5307, 1e-4],
  ["gie stere equator", "+proj=stere +ellps=GRS80", 2, -1, 222644.854550117, -110610.883474174, 1e-6],
  ["gie stere north, true at 70", "+proj=stere +ellps=GRS80 +lat_0=90 +lat_ts=70", 20, 70, 748315.3282, -2055979.4669, 1e-4],
  ["gie stere south, factor", "+proj=stere +ellps=GRS80 +lat_0=-90 +k_0=0.97", 20, -70, 748424.7446, 2056280.0858, 1e-4],
  ["gie stere south, sphere", "+proj=stere +R=6378137 +lat_0=-90 +lat_ts=-70", 20, -70, 746100.2968, 2049893.7182, 1e-4],
  ["gie ups far from its pole", "+proj=ups +ellps=GRS80", 2, -1, 2448749.118568199, -10850493.419804076, 1e-5],
  ["gie sterea equator", "+proj=sterea +ellps=GRS80", 2, 1, 222644.894109198, 110611.091871737, 1e-6],
  ["gie sterea near the pole", "+proj=sterea +ellps=GRS80 +lat_0=89", 0, 45, 0, -5160845.342319893651, 1e-4],
  ["gie somerc", "+proj=somerc +ellps=GRS80", 2, 1, 222638.981586547, 110579.965218249, 1e-6],
  ["gie somerc at its origin", "+proj=somerc +lat_0=46.95240555555556 +lon_0=7.439583333333333 +k_0=1 +x_0=2600000 +y_0=1200000 +ellps=bessel", 7.439583333333333, 46.95240555555556, 2600000, 1200000, 1e-6],
  ["gie eqc", "+proj=eqc +ellps=WGS84", -122.4194, 37.7749, -13627665.27122, 4182513.19136, 1e-4],
  ["gie eqc true at 30 from 45", "+proj=eqc +ellps=WGS84 +lat_ts=30 +lat_0=45", 0, 30, 0, -1664830.98, 0.001],
  ["gie eqc on a sphere", "+proj=eqc +a=6400000", 2, 1, 223402.144255274, 111701.072127637, 1e-6],
];

describe("projections give the published coordinates, both ways", () => {
  test.each(points)("%s: %s", (_, text, lon, lat, x, y, toleranceM) => {
    // Examples without a datum state places on their own ellipsoid.
    const frame = frameOf(text);
    const [lonDeg, latDeg] = [lon, lat].map((v) => (typeof v === "string" ? deg(v) : v)) as [number, number];
    const map = frame.fromGeodetic(latDeg, lonDeg, 12) as Float64Array;
    expect(Math.abs((map[0] as number) - x), `x ${map[0]}`).toBeLessThanOrEqual(toleranceM);
    expect(Math.abs((map[1] as number) - y), `y ${map[1]}`).toBeLessThanOrEqual(toleranceM);
    expect(map[2]).toBe(12);
    const back = frame.toGeodetic(map[0] as number, map[1] as number, 12) as Float64Array;
    expect(Math.abs((back[0] as number) - latDeg) * M_PER_DEG).toBeLessThan(1e-6);
    expect(Math.abs((back[1] as number) - lonDeg) * M_PER_DEG * Math.cos((latDeg * Math.PI) / 180)).toBeLessThan(1e-6);
  });

  test("longlat takes x as longitude and y as latitude in degrees", () => {
    const frame = frameOf("+proj=longlat +datum=WGS84 +no_defs");
    expect([...(frame.toGeodetic(8.5, 47.25, 3) ?? [])].map((v) => v.toFixed(12))).toEqual(["47.250000000000", "8.500000000000", "3.000000000000"]);
    expect(frame.toGeodetic(500000, 5000000, 0)).toBeUndefined();
  });

  test("local datums are shifted: three parameters, seven, and a zero shift between ellipsoids (gie)", () => {
    const greek = frameOf("+proj=longlat +datum=GGRS87").toGeodetic(23.7275, 37.9838, 0) as Float64Array;
    expect(Math.abs((greek[1] as number) - 23.72919487318) * M_PER_DEG).toBeLessThan(0.001);
    expect(Math.abs((greek[0] as number) - 37.986398897578) * M_PER_DEG).toBeLessThan(0.001);
    const american = frameOf("+proj=utm +zone=11 +ellps=clrk66 +towgs84=0,0,0").toGeodetic(440720, 3751320, 0) as Float64Array;
    const there = frameOf("EPSG:32611").fromGeodetic(american[0] as number, american[1] as number, 0) as Float64Array;
    expect(Math.abs((there[0] as number) - 440719.958709357)).toBeLessThan(0.001);
    expect(Math.abs((there[1] as number) - 3751294.2109841)).toBeLessThan(0.001);
    // Seven mean parameters agree with the official grid to three metres.
    const german = frameOf("+proj=longlat +ellps=bessel +towgs84=598.1,73.7,418.2,0.202,0.045,-2.455,6.7");
    for (const [x, y, lon, lat] of [[7.483333333333, 53.5, 7.482506019176, 53.498461143331], [10.333333333333, 48.833333333333, 10.332117283303, 48.83232718864], [13.466666666667, 53.766666666667, 13.464877774631, 53.765109112396]] as const) {
      const at = german.toGeodetic(x, y, 0) as Float64Array;
      expect(Math.abs((at[0] as number) - lat) * M_PER_DEG).toBeLessThan(3);
      expect(Math.abs((at[1] as number) - lon) * M_PER_DEG).toBeLessThan(3);
    }
  });
});

describe("map and Earth", () => {
  const texts = [
    "+proj=tmerc +lat_0=48.1 +lon_0=11.6 +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m", "+proj=utm +zone=32 +datum=WGS84", "+proj=utm +zone=56 +south +ellps=GRS80", "+proj=merc +lat_ts=48 +lon_0=11 +datum=WGS84", "EPSG:3857",
    "+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 +ellps=GRS80 +towgs84=0,0,0", "+proj=stere +lat_0=48 +lon_0=11 +datum=WGS84", "+proj=sterea +lat_0=52.15616055555555 +lon_0=5.38763888888889 +k=0.9999079 +x_0=155000 +y_0=463000 +ellps=bessel +towgs84=565.417,50.3319,465.552,-0.398957,0.343988,-1.8774,4.0725",
    "+proj=somerc +lat_0=46.95240555555556 +lon_0=7.439583333333333 +k_0=1 +x_0=2600000 +y_0=1200000 +ellps=bessel +towgs84=674.374,15.056,405.346", "+proj=eqc +lat_ts=48 +lon_0=11 +datum=WGS84", "+proj=aea +lat_1=29.5 +lat_2=45.5 +lat_0=37.5 +lon_0=-96 +datum=NAD83", "+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80",
    "+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +datum=OSGB36", "+proj=utm +zone=11 +datum=WGS84 +units=us-ft",
  ];
  test.each(texts)("%s takes a map point to the Earth and back within 1e-6 m, offset and all", (text) => {
    const plain = frameOf(text);
    // A map about a place the projection was made for.
    const centre = plain.fromGeodetic(text.includes("south") ? -33.9 : text.includes("-96") ? 40 : 51, text.includes("south") ? 151.2 : text.includes("-96") ? -100 : text.includes("zone=11") ? -117 : text.includes("OSGB") ? -1.5 : 9, 0) as Float64Array;
    const offset = { xM: centre[0] as number, yM: centre[1] as number, zM: 40, headingRad: 0.3 };
    const frame = frameOf(text, offset);
    const coordinate = fc.double({ min: -20000, max: 20000, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, (x, y) => {
        const at = frame.toGeodetic(x, y, 5) as Float64Array;
        expect(at[2]).toBe(45);
        const back = frame.fromGeodetic(at[0] as number, at[1] as number, at[2] as number) as Float64Array;
        expect(Math.abs((back[0] as number) - x)).toBeLessThan(1e-6);
        expect(Math.abs((back[1] as number) - y)).toBeLessThan(1e-6);
        expect(back[2]).toBe(5);
      }),
      { numRuns: 50 },
    );
  });

  test("the header's offset turns about the map's origin and then moves (the formula of OSI)", () => {
    const plain = frameOf("EPSG:32632");
    const frame = frameOf("EPSG:32632", { xM: 691000, yM: 5334000, zM: 500, headingRad: 0.5 });
    const [x, y] = [120, -40];
    const projected = plain.toGeodetic(x * Math.cos(0.5) - y * Math.sin(0.5) + 691000, x * Math.sin(0.5) + y * Math.cos(0.5) + 5334000, 503) as Float64Array;
    const at = frame.toGeodetic(x, y, 3) as Float64Array;
    for (let i = 0; i < 3; i += 1) expect(at[i]).toBeCloseTo(projected[i] as number, 11);
  });
});

describe("what is not understood is said", () => {
  test.each([
    ["+proj=robin", "projection robin is not known here"],
    ["+units=m", "the georeference names no projection"],
    ["PROJCS[\"x\"]", "the georeference names no projection"],
    ["EPSG:2154", "EPSG code 2154 is not known here"],
    ["+proj=tmerc +ellps=moon", "ellipsoid moon is not known here"],
    ["+proj=tmerc +units=cubit", "units cubit are not known here"],
    ["+proj=tmerc +lat_0=north", "+lat_0=north cannot be read"],
    ["+proj=tmerc +lat_0=91", "+lat_0=91 cannot be read"],
    ["+proj=lcc +lat_1=1 +lat_2=-1", "the parallels of lcc make no cone"],
    ["+proj=utm +zone=61", "UTM zone 61 does not exist"],
    ["+proj=tmerc +axis=wsu", "axis order wsu is not known here"],
    ["+proj=tmerc +k=0", "the scale factor is not positive"],
    ["+proj=tmerc +pm=atlantis", "prime meridian atlantis is not known here"],
    ["+proj=tmerc +towgs84=1,2", "+towgs84=1,2 cannot be read"],
  ])("%s: %s, and no frame", (text, message) => {
    expect(readGeoReference(text, none).frame).toBeUndefined();
    expect(problemsOf(text)).toEqual([message]);
  });

  test("what is left out of an understood one is named", () => {
    expect(problemsOf("+proj=utm +zone=32 +lat_0=37 +lon_0=-122 +k_0=1 +x_0=0 +y_0=0 +datum=WGS84 +geoidgrids=egm96_15.gtx +vunits=m")).toEqual(["+geoidgrids=egm96_15.gtx is not applied: heights are the map's", "+lat_0, +lon_0, +k_0, +x_0, +y_0 have no meaning with +proj=utm"]);
    expect(problemsOf("+proj=tmerc +ellps=bessel")).toEqual(["no datum is given: latitudes stay on the ellipsoid named"]);
    expect(problemsOf("+proj=tmerc +datum=WGS84 +nadgrids=conus +wobble=3")).toEqual(["grid conus is not applied", "+wobble is not applied"]);
    expect(problemsOf("+proj=tmerc +lat_0=48 +lon_0=11 +datum=WGS84 +units=m +no_defs +type=crs")).toEqual([]);
  });

  test("+lat_0 and +lon_0 alone are taken as a transverse Mercator, and that is said", () => {
    expect(problemsOf("+lat_0=4.9e+1 +lon_0=8")[0]).toMatch(/taken as the centre/);
    const at = frameOf("+lat_0=4.9e+1 +lon_0=8").toGeodetic(0, 0, 0) as Float64Array;
    expect([at[0]?.toFixed(12), at[1]?.toFixed(12)]).toEqual(["49.000000000000", "8.000000000000"]);
  });

  test("no text makes it throw or give a place that is none", () => {
    const word = fc.oneof(fc.constantFrom("+proj=utm", "+proj=lcc", "+proj=stere", "+proj=longlat", "+zone=1", "+lat_0=90", "+lat_1=0", "+k=1e-300", "+R=1", "+a=1", "+rf=0", "+to_meter=1/0", "+south", "+units=ft", "="), fc.string({ maxLength: 12 }), fc.tuple(fc.constantFrom("lat_0", "lon_0", "lat_1", "lat_2", "lat_ts", "k", "x_0", "rf", "f", "b", "to_meter", "pm"), fc.double()).map(([k, v]) => `+${k}=${v}`));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), fc.double({ noNaN: true }), fc.double({ noNaN: true }), (words, x, y) => {
        const { frame, problems } = readGeoReference(words.join(" "), none);
        if (frame === undefined) expect(problems.length).toBeGreaterThan(0);
        const at = frame?.toGeodetic(x, y, 0);
        if (at !== undefined) {
          expect(Math.abs(at[0] as number)).toBeLessThanOrEqual(90 + 1e-9);
          expect(Math.abs(at[1] as number)).toBeLessThanOrEqual(180 + 1e-9);
        }
        const map = frame?.fromGeodetic(48, 11, 0);
        if (map !== undefined) expect(Number.isFinite(map[0] as number) && Number.isFinite(map[1] as number)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
