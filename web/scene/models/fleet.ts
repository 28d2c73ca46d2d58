/** The six vehicle classes. Sizes follow the profiles; proportions were drawn freehand, no maker's model is copied. */
import type { Kit, P2 } from "../geometry-kit.ts";
import { cornerLamps, pair, type Model } from "./types.ts";

const GLASS = "#1c2732";
const BLACK = "#15181b";
const STEEL = "#8b9299";
const DARK = "#2a2f34";

/** Spinning-lidar puck with a light band. */
function puck(kit: Kit, x: number, y: number, z: number, r = 0.13): void {
  kit.colour(BLACK).cylinder([x, y, z], "z", r, r * 1.3, 12);
  kit.colour("#39c5d8").cylinder([x, y, z], "z", r * 1.03, r * 0.3, 12);
}

export const utv: Model = {
  id: "utv",
  nominal: { lengthM: 3.05, widthM: 1.59, heightM: 1.96, centreXM: 1.005 },
  eye: [0.5, 0.35, 0.72],
  shadeToZ: 0.9,
  draw(kit) {
    kit.colour(DARK).box([1.0, 0, 0.36], [2.7, 1.0, 0.14]);
    // Nose, with fenders.
    kit.paint().shell([[1.62, 0.42], [2.5, 0.46], [2.5, 0.74], [2.3, 0.9], [1.62, 1.0]], (z) => (z > 0.7 ? 0.5 : 0.56));
    kit.paint(0.9).box([2.06, 0.62, 0.74], [0.78, 0.3, 0.08]).box([2.06, -0.62, 0.74], [0.78, 0.3, 0.08]);
    kit.colour(BLACK).box([2.5, 0, 0.52], [0.08, 1.1, 0.18]).tube([2.5, 0.5, 0.45], [2.52, 0.5, 0.86], 0.03).tube([2.5, -0.5, 0.45], [2.52, -0.5, 0.86], 0.03).tube([2.52, 0.5, 0.86], [2.52, -0.5, 0.86], 0.03);
    kit.colour("#11161a").box([2.5, 0, 0.68], [0.04, 0.5, 0.16]);
    // Cabin floor, seats, dash.
    kit.colour("#3b4046").box([1.15, 0, 0.44], [0.96, 1.3, 0.08]);
    kit.colour("#25292d").box([1.0, 0.32, 0.66], [0.5, 0.5, 0.16]).box([1.0, -0.32, 0.66], [0.5, 0.5, 0.16]).taper([0.78, 0.32, 1.0], 0.62, [0.14, 0.48], [0.1, 0.42], -0.1).taper([0.78, -0.32, 1.0], 0.62, [0.14, 0.48], [0.1, 0.42], -0.1);
    kit.colour(BLACK).box([1.6, 0, 0.96], [0.14, 1.1, 0.16]).tube([1.5, 0.3, 1.0], [1.42, 0.3, 1.08], 0.16, 10);
    // Roll cage.
    kit.colour("#1d2125");
    for (const y of [0.7, -0.7]) {
      kit.tube([1.72, y, 0.8], [1.38, y * 0.9, 1.82], 0.035).tube([0.6, y, 0.5], [0.62, y * 0.9, 1.82], 0.035).tube([1.38, y * 0.9, 1.82], [0.62, y * 0.9, 1.82], 0.035).tube([0.62, y * 0.9, 1.5], [0.16, y, 0.95], 0.028);
    }
    kit.tube([1.38, 0.63, 1.82], [1.38, -0.63, 1.82], 0.035).tube([0.62, 0.63, 1.82], [0.62, -0.63, 1.82], 0.035).tube([0.62, 0.66, 1.3], [0.62, -0.66, 1.3], 0.03);
    kit.paint(0.95).box([1.0, 0, 1.87], [0.92, 1.32, 0.05]);
    // Cargo bed with a crate.
    kit.paint().box([0.06, 0, 0.72], [1.08, 1.36, 0.06]);
    kit.paint(0.86).box([0.06, 0.67, 0.88], [1.08, 0.05, 0.3]).box([0.06, -0.67, 0.88], [1.08, 0.05, 0.3]).box([-0.47, 0, 0.88], [0.05, 1.36, 0.3]).box([0.58, 0, 0.88], [0.05, 1.36, 0.3]);
    kit.colour("#9c6f3f").box([0.1, 0.18, 0.95], [0.6, 0.6, 0.4]).colour("#4d6a86").box([0.05, -0.36, 0.88], [0.46, 0.36, 0.26]);
    puck(kit, 1.2, 0, 1.95, 0.11);
  },
  lamps: [...cornerLamps(2.54, -0.51, 0.66, 0.74, 0.66, 0.13), { role: "beacon", at: [0.75, 0.45, 1.93], size: [0.12, 0.12, 0.1] }],
  wheels: [...pair(2.06, 1.31, 0.32, 0.26, true), ...pair(0, 1.31, 0.32, 0.26, false)],
};

export const terminalTractor: Model = {
  id: "terminal-tractor",
  nominal: { lengthM: 5.6, widthM: 2.5, heightM: 3.2, centreXM: 1.75 },
  eye: [0.2, 0.35, 0.78],
  shadeToZ: 1.4,
  draw(kit) {
    kit.colour(DARK).box([1.6, 0.42, 0.72], [5.2, 0.16, 0.28]).box([1.6, -0.42, 0.72], [5.2, 0.16, 0.28]).box([1.6, 0, 0.66], [5.0, 0.8, 0.1]);
    // Bumper and bonnet.
    kit.colour("#d9a400").box([4.48, 0, 0.62], [0.16, 2.4, 0.36]);
    kit.paint().box([3.75, -0.72, 1.16], [1.5, 0.96, 0.9]).box([3.95, 0, 0.98], [1.06, 2.36, 0.42]);
    kit.colour(BLACK).box([4.5, -0.72, 1.2], [0.05, 0.8, 0.6]);
    // Cab: one seat, on the left, windows all round.
    kit.paint().box([3.42, 0.5, 1.42], [1.7, 1.3, 0.74]);
    kit.colour(GLASS).taper([3.42, 0.5, 2.32], 1.06, [1.66, 1.26], [1.46, 1.16]);
    kit.paint(0.95);
    for (const [x, y] of [[4.22, 1.1], [4.22, -0.1], [2.62, 1.1], [2.62, -0.1]] as const) kit.tube([x, y, 1.78], [x > 3.4 ? x - 0.09 : x + 0.09, y > 0.5 ? y - 0.05 : y + 0.05, 2.86], 0.05);
    kit.paint().box([3.42, 0.5, 2.9], [1.62, 1.3, 0.12]);
    puck(kit, 3.9, 0.5, 3.06, 0.13);
    // Exhaust, tank, steps, battery box.
    kit.colour(STEEL).cylinder([2.4, -0.55, 2.1], "z", 0.09, 1.7, 10).colour("#b9bec4").cylinder([1.7, 1.02, 0.72], "x", 0.26, 0.9, 12).colour("#3a3f45").box([1.7, -1.0, 0.74], [0.9, 0.5, 0.5]);
    // Fifth wheel on its lifting boom.
    kit.colour("#4c5258").taper([0.5, 0, 1.0], 0.26, [1.6, 0.9], [1.1, 0.8]);
    kit.colour("#23272b").cylinder([0.05, 0, 1.2], "z", 0.5, 0.12, 16);
    kit.colour("#c94a2b").box([-0.62, 0, 1.14], [0.5, 0.3, 0.08]);
    kit.colour("#d9a400").box([0, 1.1, 1.08], [1.3, 0.34, 0.06]).box([0, -1.1, 1.08], [1.3, 0.34, 0.06]).box([-1.02, 0, 0.8], [0.06, 2.3, 0.28]);
  },
  lamps: [...cornerLamps(4.56, -1.06, 1.16, 0.98, 0.8, 0.2), { role: "beacon", at: [2.8, 0.5, 3.05], size: [0.18, 0.18, 0.16] }],
  wheels: [...pair(3.1, 2.06, 0.5, 0.32, true), ...pair(0, 1.84, 0.5, 0.62, false)],
};

export const haulTruck: Model = {
  id: "haul-truck",
  nominal: { lengthM: 13.7, widthM: 8.3, heightM: 6.6, centreXM: 3.05 },
  eye: [0.2, 0.35, 0.74],
  shadeToZ: 3,
  draw(kit) {
    kit.colour("#33373b").box([3.2, 0, 2.0], [11.5, 2.2, 0.9]).box([0, 0, 1.72], [1.2, 3.4, 1.0]);
    // Front: radiator, deck, stairs.
    kit.paint().box([8.2, 0, 2.6], [2.2, 4.6, 2.6]).box([7.7, 0, 3.95], [3.6, 7.6, 0.26]);
    kit.colour("#24282b").box([9.32, 0, 2.5], [0.1, 3.0, 2.2]);
    kit.colour(STEEL);
    for (let i = 0; i < 6; i += 1) kit.box([9.4, 0, 1.6 + i * 0.36], [0.06, 2.8, 0.08]);
    kit.paint(0.92).box([9.2, 0, 1.0], [0.7, 6.4, 0.5]);
    kit.colour("#2d3135").quad([9.5, 2.4, 0.9], [9.5, 3.4, 0.9], [8.9, 3.4, 3.9], [8.9, 2.4, 3.9]).quad([8.9, 2.4, 3.9], [8.9, 3.4, 3.9], [9.5, 3.4, 0.9], [9.5, 2.4, 0.9]);
    kit.colour("#d8dde0");
    for (let i = 0; i < 7; i += 1) kit.box([9.46 - i * 0.085, 2.9, 1.2 + i * 0.4], [0.2, 1.0, 0.07]);
    // Cab on the left, machinery on the right.
    kit.paint().box([7.6, 2.1, 4.5], [2.2, 2.2, 0.9]);
    kit.colour(GLASS).taper([7.6, 2.1, 5.35], 0.84, [2.16, 2.16], [1.9, 2.0]);
    kit.paint().box([7.6, 2.1, 5.84], [2.3, 2.3, 0.16]);
    kit.paint(0.9).box([7.5, -2.0, 4.6], [1.8, 2.6, 1.1]).colour(STEEL).cylinder([6.9, -2.6, 5.3], "z", 0.22, 0.8, 10).cylinder([6.9, -1.6, 5.3], "z", 0.22, 0.8, 10);
    kit.colour("#e8ecef");
    for (const y of [3.7, 0.6, -0.4, -3.7]) kit.tube([9.4, y, 4.05], [9.4, y, 5.0], 0.05);
    kit.tube([9.4, 3.7, 5.0], [9.4, -3.7, 5.0], 0.05).tube([9.4, 3.7, 4.55], [9.4, -3.7, 4.55], 0.04).tube([9.4, 3.7, 5.0], [6.2, 3.7, 5.0], 0.05).tube([9.4, -3.7, 5.0], [6.2, -3.7, 5.0], 0.05);
    // Dump body: floor rising to the rear, canopy over the cab.
    const side: readonly P2[] = [[-3.7, 3.5], [-2.4, 2.75], [4.6, 2.35], [6.0, 3.5], [6.3, 6.0], [9.6, 6.2], [9.6, 6.45], [5.9, 6.45], [5.2, 6.0], [-3.4, 5.3]];
    kit.paint(0.96).prism(side, 3.55, 3.9).prism(side, -3.9, -3.55);
    kit.paint(0.84).prism([[-3.7, 3.5], [-2.4, 2.75], [4.6, 2.35], [4.6, 2.7], [-2.4, 3.05], [-3.6, 3.75]], -3.6, 3.6);
    kit.paint(0.92).prism([[4.6, 2.35], [6.0, 3.5], [6.3, 6.0], [9.6, 6.2], [9.6, 6.45], [5.95, 6.45], [5.6, 3.7], [4.5, 2.75]], -3.6, 3.6);
    // Ribs outside and the load.
    kit.paint(0.8);
    for (let i = 0; i < 5; i += 1) for (const y of [4.0, -4.0]) kit.prism([[-2.6 + i * 1.7, 2.8 - i * 0.1], [-2.2 + i * 1.7, 2.8 - i * 0.1], [-2.3 + i * 1.75, 5.35 + i * 0.13], [-2.7 + i * 1.75, 5.32 + i * 0.13]], y - 0.12, y + 0.12);
    kit.colour("#6b5743").ball([1.4, 0, 4.6], [4.0, 3.2, 1.7], 11);
    kit.colour("#7d684f").ball([2.8, 0.8, 5.2], [2.0, 1.8, 1.1], 9);
    // Hoist rams.
    kit.colour("#c5cbd0").tube([4.0, 1.3, 1.6], [5.0, 1.3, 3.0], 0.22, 8).tube([4.0, -1.3, 1.6], [5.0, -1.3, 3.0], 0.22, 8);
    puck(kit, 9.3, 0, 4.3, 0.3);
  },
  lamps: [...cornerLamps(9.56, -3.75, 2.9, 1.5, 3.2, 0.42), { role: "beacon", at: [7.0, 2.1, 6.05], size: [0.35, 0.35, 0.3] }],
  wheels: [...pair(5.9, 5.63, 1.72, 1.2, true), ...pair(0, 4.96, 1.72, 2.5, false)],
};

export const defense: Model = {
  id: "defense",
  nominal: { lengthM: 6.27, widthM: 2.49, heightM: 2.7, centreXM: 1.985 },
  eye: [0.42, 0.4, 0.76],
  shadeToZ: 1.3,
  draw(kit) {
    // Angular armoured hull with a V bottom.
    kit.colour("#262a22").taper([1.95, 0, 0.68], 0.5, [5.0, 1.2], [5.6, 2.0]);
    kit.paint().shell([[-1.05, 0.9], [4.9, 0.9], [5.0, 1.15], [4.75, 1.5], [3.4, 1.66], [2.75, 2.3], [-0.3, 2.36], [-1.05, 1.7]], (z) => (z < 1.3 ? 1.18 : z < 1.7 ? 1.18 : 0.9));
    // Glass: small, thick.
    kit.colour(GLASS).quad([3.3, 0.86, 1.74], [2.82, 0.78, 2.24], [2.82, 0.06, 2.24], [3.3, 0.06, 1.74]).quad([3.3, -0.06, 1.74], [2.82, -0.06, 2.24], [2.82, -0.78, 2.24], [3.3, -0.86, 1.74]);
    for (const s of [1, -1]) {
      for (const x of [1.75, 0.55]) {
        const [y0, y1] = [s * 1.165, s * 0.985];
        const corners: [readonly [number, number, number], readonly [number, number, number], readonly [number, number, number], readonly [number, number, number]] = [[x, y0, 1.74], [x + 0.9, y0, 1.74], [x + 0.78, y1, 2.16], [x + 0.06, y1, 2.16]];
        if (s > 0) kit.quad(corners[3], corners[2], corners[1], corners[0]);
        else kit.quad(corners[0], corners[1], corners[2], corners[3]);
      }
    }
    kit.paint(0.8);
    for (const s of [1, -1]) kit.box([1.5, s * 1.2, 1.3], [0.04, 0.04, 0.7]).box([2.72, s * 1.2, 1.3], [0.04, 0.04, 0.7]).box([0.32, s * 1.2, 1.3], [0.04, 0.04, 0.7]);
    // Fenders, bonnet grille, winch bumper.
    kit.paint(0.88);
    for (const s of [1, -1]) kit.box([3.94, s * 1.08, 1.24], [1.5, 0.32, 0.1]).box([0, s * 1.08, 1.24], [1.5, 0.32, 0.1]);
    kit.colour("#1d201a").box([4.98, 0, 1.26], [0.06, 1.3, 0.3]).box([5.02, 0, 0.82], [0.22, 2.1, 0.3]);
    kit.colour("#8a8f80").cylinder([5.12, 0, 0.84], "y", 0.1, 0.7, 10);
    // Snorkel, roof mast with sensors, aerials, spare wheel, jerry cans.
    kit.colour("#22261e").tube([3.3, -1.16, 1.5], [2.74, -1.1, 2.52], 0.07).box([2.72, -1.1, 2.56], [0.2, 0.16, 0.16]);
    kit.paint(0.82).cylinder([1.0, 0, 2.42], "z", 0.52, 0.14, 8);
    kit.colour("#31362b").box([1.0, 0, 2.6], [0.5, 0.42, 0.24]).colour("#0e1512").box([1.26, 0, 2.6], [0.04, 0.3, 0.14]);
    kit.colour(BLACK).tube([-0.2, 0.8, 2.3], [-0.5, 0.85, 3.5], 0.014, 4).tube([-0.2, -0.8, 2.3], [-0.5, -0.85, 3.3], 0.014, 4);
    kit.colour("#1a1c19").cylinder([-1.1, 0.42, 1.6], "x", 0.46, 0.24, 16).paint(0.7).cylinder([-1.22, 0.42, 1.6], "x", 0.2, 0.04, 10);
    kit.paint(0.72).box([-1.1, -0.62, 1.5], [0.2, 0.34, 0.46]).box([-1.1, -1.0, 1.5], [0.2, 0.3, 0.46]);
    puck(kit, 2.4, 0, 2.44, 0.13);
  },
  lamps: cornerLamps(5.02, -1.1, 1.12, 1.16, 1.05, 0.16),
  wheels: [...pair(3.94, 2.06, 0.56, 0.38, true), ...pair(0, 2.06, 0.56, 0.38, false)],
};

/** A passenger car: lower body, glass house, roof; `roof` from and to along x. */
export function drawCar(kit: Kit, c: { rear: number; front: number; half: number; belt: number; roof: number; screenBase: number; roofFront: number; roofRear: number; deck: number }): void {
  const { rear, front, half, belt, roof } = c;
  kit.colour("#1a1d20").box([(front + rear) / 2, 0, 0.3], [front - rear - 0.3, half * 1.8, 0.22]);
  kit.paint().shell(
    [[rear + 0.06, 0.34], [front - 0.12, 0.3], [front, 0.5], [front - 0.05, belt - 0.2], [front - 0.35, belt - 0.1], [c.screenBase, belt], [c.deck, belt + 0.02], [rear + 0.1, belt - 0.03], [rear, belt - 0.25], [rear, 0.5]],
    (z, x) => half * (z > belt - 0.15 ? 0.93 : 1) * (x > front - 0.3 || x < rear + 0.12 ? 0.9 : 1),
  );
  kit.colour(GLASS).shell([[c.screenBase, belt - 0.01], [c.roofFront, roof - 0.05], [c.roofRear, roof - 0.05], [c.deck, belt - 0.01]], (z) => half * (z > belt + 0.1 ? 0.72 : 0.9));
  kit.paint(0.97).shell([[c.roofFront + 0.1, roof - 0.08], [c.roofFront - 0.12, roof], [c.roofRear + 0.1, roof], [c.roofRear - 0.14, roof - 0.1]], () => half * 0.74);
  // Pillars.
  const mid = (c.roofFront + c.roofRear) / 2 + 0.05;
  kit.paint(0.8);
  for (const s of [1, -1]) {
    kit.tube([c.screenBase, s * half * 0.9, belt], [c.roofFront, s * half * 0.73, roof - 0.04], 0.035, 5);
    kit.tube([mid, s * half * 0.91, belt], [mid - 0.02, s * half * 0.735, roof - 0.04], 0.04, 5);
    kit.tube([c.deck, s * half * 0.9, belt], [c.roofRear, s * half * 0.73, roof - 0.04], 0.055, 5);
    kit.box([c.screenBase - 0.25, s * half * 1.04, belt + 0.05], [0.12, 0.16, 0.12]);
  }
  kit.colour("#101315").box([front - 0.01, 0, 0.45], [0.05, half * 1.2, 0.16]).box([rear + 0.01, 0, 0.42], [0.05, half * 1.5, 0.12]);
}

export const sedan: Model = {
  id: "sedan",
  nominal: { lengthM: 4.694, widthM: 1.849, heightM: 1.62, centreXM: 1.369 },
  eye: [0.42, 0.38, 0.7],
  shadeToZ: 0.8,
  draw(kit) {
    drawCar(kit, { rear: -0.978, front: 3.716, half: 0.925, belt: 0.94, roof: 1.42, screenBase: 2.55, roofFront: 1.75, roofRear: 0.35, deck: -0.35 });
    // Roof bar with lidars, as ride-hail robotaxis wear.
    kit.colour("#15191d").box([1.05, 0, 1.46], [0.5, 1.24, 0.07]).box([1.05, 0.6, 1.43], [0.3, 0.06, 0.1]).box([1.05, -0.6, 1.43], [0.3, 0.06, 0.1]);
    puck(kit, 1.05, 0, 1.545, 0.13);
    kit.colour("#15191d").box([1.05, 0.58, 1.52], [0.2, 0.12, 0.08]).box([1.05, -0.58, 1.52], [0.2, 0.12, 0.08]);
    kit.colour("#2bb3a3").box([1.4, 0.94, 0.72], [1.9, 0.012, 0.06]).box([1.4, -0.94, 0.72], [1.9, 0.012, 0.06]);
  },
  lamps: cornerLamps(3.69, -0.97, 0.84, 0.66, 0.78, 0.16),
  wheels: [...pair(2.875, 1.58, 0.334, 0.24, true), ...pair(0, 1.58, 0.334, 0.24, false)],
};

export const bus: Model = {
  id: "bus",
  nominal: { lengthM: 12.135, widthM: 2.55, heightM: 3.4, centreXM: 2.6375 },
  eye: [0.06, 0.4, 0.56],
  shadeToZ: 1.1,
  draw(kit) {
    const [rear, front, half] = [-3.43, 8.705, 1.275];
    kit.colour("#20242a").box([2.6, 0, 0.42], [11.6, 2.4, 0.3]);
    kit.paint().shell([[rear, 0.4], [front - 0.05, 0.34], [front, 0.9], [front, 1.05], [rear, 1.05]], () => half);
    kit.colour("#f4f6f8").shell([[rear, 2.35], [front - 0.12, 2.35], [front - 0.28, 2.95], [rear + 0.1, 3.05], [rear, 2.9]], (z) => (z > 2.8 ? half * 0.94 : half));
    kit.paint().box([2.6, 0, 2.38], [12.0, 2.56, 0.1]);
    // Window band and windscreen.
    kit.colour(GLASS).shell([[rear + 0.03, 1.05], [front - 0.02, 1.05], [front - 0.12, 2.35], [rear + 0.03, 2.35]], () => half * 0.985);
    kit.colour("#e9edf1");
    for (let i = 0; i < 8; i += 1) {
      const x = rear + 0.1 + i * 1.48;
      if (x < front - 0.9) kit.box([x, half * 0.985, 1.7], [0.1, 0.03, 1.3]).box([x, -half * 0.985, 1.7], [0.1, 0.03, 1.3]);
    }
    // Doors on the right (kerb) side.
    for (const x of [7.55, 3.1]) {
      kit.colour("#12181e").box([x, -half - 0.006, 1.36], [1.25, 0.03, 1.86]);
      kit.colour("#31475a").box([x - 0.3, -half - 0.02, 1.42], [0.5, 0.02, 1.6]).box([x + 0.3, -half - 0.02, 1.42], [0.5, 0.02, 1.6]);
    }
    // Destination board, roof battery pack, mirrors, wheel arches.
    kit.colour("#0d1114").box([front - 0.16, 0, 2.6], [0.1, 1.9, 0.36]).colour("#ffb424").box([front - 0.1, 0.1, 2.6], [0.04, 1.3, 0.2]);
    kit.colour("#d5dbe0").box([3.4, 0, 3.16], [5.4, 1.9, 0.3]).colour("#b8c0c7").box([-1.6, 0, 3.14], [2.2, 1.7, 0.26]);
    kit.colour(BLACK).box([front + 0.04, 1.36, 2.1], [0.12, 0.16, 0.5]).box([front + 0.04, -1.36, 2.1], [0.12, 0.16, 0.5]);
    kit.colour("#14171a");
    for (const x of [5.9, 0]) for (const s of [1, -1]) kit.cylinder([x, s * (half - 0.1), 0.52], "y", 0.54, 0.22, 16);
    kit.colour("#0d1114").box([front - 0.01, 0, 0.62], [0.06, 1.7, 0.3]);
    puck(kit, front - 0.5, 0, 3.14, 0.15);
  },
  lamps: [...cornerLamps(8.72, -3.45, 1.2, 0.82, 1.0, 0.22), { role: "brake", at: [-3.46, 0, 2.9], size: [0.05, 0.7, 0.1] }],
  wheels: [...pair(5.9, 2.2, 0.465, 0.3, true), ...pair(0, 2.1, 0.465, 0.5, false)],
};
