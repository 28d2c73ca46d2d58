/** What scenarios bring along: other traffic, people and things, by OpenSCENARIO category. */
import { drawCar } from "./fleet.ts";
import { cornerLamps, pair, type Model } from "./types.ts";

export const car: Model = {
  id: "car",
  nominal: { lengthM: 4.4, widthM: 1.8, heightM: 1.5, centreXM: 1.3 },
  eye: [0.42, 0.38, 0.75],
  shadeToZ: 0.8,
  draw: (kit) => drawCar(kit, { rear: -0.9, front: 3.5, half: 0.9, belt: 0.92, roof: 1.5, screenBase: 2.45, roofFront: 1.75, roofRear: -0.1, deck: -0.72 }),
  lamps: cornerLamps(3.47, -0.89, 0.82, 0.64, 0.8, 0.15),
  wheels: [...pair(2.7, 1.54, 0.32, 0.22, true), ...pair(0, 1.54, 0.32, 0.22, false)],
};

export const van: Model = {
  id: "van",
  nominal: { lengthM: 5.6, widthM: 2.0, heightM: 2.4, centreXM: 1.7 },
  eye: [0.3, 0.4, 0.72],
  shadeToZ: 0.9,
  draw(kit) {
    kit.colour("#1a1d20").box([1.7, 0, 0.36], [5.2, 1.8, 0.24]);
    kit.paint().shell([[-1.1, 0.4], [4.4, 0.36], [4.5, 0.7], [4.3, 1.1], [3.5, 1.26], [2.8, 2.3], [2.5, 2.4], [-1.0, 2.4], [-1.1, 2.2]], (z) => (z > 1.3 ? 0.93 : 1));
    kit.colour("#1c2732").quad([3.52, 0.86, 1.3], [2.86, 0.8, 2.24], [2.86, -0.8, 2.24], [3.52, -0.86, 1.3]);
    for (const s of [1, -1]) kit.box([2.6, s * 0.955, 1.66], [0.9, 0.04, 0.56]);
    kit.paint(0.8).box([-1.1, 0, 1.4], [0.03, 0.03, 1.7]);
  },
  lamps: cornerLamps(4.46, -1.11, 0.92, 0.86, 1.1, 0.18),
  wheels: [...pair(3.3, 1.7, 0.35, 0.24, true), ...pair(0, 1.7, 0.35, 0.24, false)],
};

export const truck: Model = {
  id: "truck",
  nominal: { lengthM: 9, widthM: 2.5, heightM: 3.6, centreXM: 2.9 },
  eye: [0.1, 0.4, 0.68],
  shadeToZ: 1.2,
  draw(kit) {
    kit.colour("#24282c").box([2.9, 0, 0.75], [8.6, 1.0, 0.3]);
    kit.paint().shell([[5.4, 0.5], [7.35, 0.5], [7.4, 1.6], [7.05, 2.75], [5.4, 2.85]], (z) => (z > 2.2 ? 1.14 : 1.22));
    kit.colour("#1c2732").quad([7.41, 1.1, 1.66], [7.1, 1.05, 2.6], [7.1, -1.05, 2.6], [7.41, -1.1, 1.66]);
    for (const s of [1, -1]) kit.box([6.5, s * 1.2, 2.05], [1.0, 0.05, 0.7]);
    kit.colour("#e5e8ea").box([1.95, 0, 2.3], [6.5, 2.5, 2.6]).colour("#c9ced3").box([1.95, 0, 1.04], [6.5, 2.4, 0.1]);
    kit.colour("#101315").box([7.4, 0, 0.95], [0.06, 1.8, 0.5]);
  },
  lamps: cornerLamps(7.42, -1.32, 1.15, 0.7, 0.9, 0.22),
  wheels: [...pair(5.9, 2.1, 0.5, 0.3, true), ...pair(0, 1.95, 0.5, 0.55, false)],
};

export const motorbike: Model = {
  id: "motorbike",
  nominal: { lengthM: 2.2, widthM: 0.8, heightM: 1.7, centreXM: 0.7 },
  eye: [0.5, 0, 0.9],
  shadeToZ: 0.6,
  draw(kit) {
    kit.colour("#24282c").box([0.7, 0, 0.5], [0.7, 0.26, 0.36]);
    kit.paint().shell([[0.2, 0.76], [1.1, 0.66], [1.25, 0.86], [0.9, 1.0], [0.5, 0.84], [-0.1, 0.94]], () => 0.16);
    kit.colour("#8b9299").tube([1.1, 0, 0.9], [1.4, 0, 0.32], 0.05).tube([1.05, 0.36, 1.02], [1.05, -0.36, 1.02], 0.025).tube([0.5, 0, 0.5], [0, 0, 0.32], 0.05);
    kit.colour("#2b3340").taper([0.42, 0, 1.16], 0.55, [0.3, 0.42], [0.26, 0.48], 0.16).tube([0.4, 0.16, 0.92], [0.75, 0.2, 0.5], 0.08).tube([0.4, -0.16, 0.92], [0.75, -0.2, 0.5], 0.08).tube([0.56, 0.2, 1.36], [1.0, 0.32, 1.06], 0.055).tube([0.56, -0.2, 1.36], [1.0, -0.32, 1.06], 0.055);
    kit.colour("#d8dde2").ball([0.62, 0, 1.56], 0.15, 8);
  },
  lamps: [{ role: "head", at: [1.3, 0, 0.86], size: [0.06, 0.16, 0.14] }, { role: "brake", at: [-0.16, 0, 0.86], size: [0.05, 0.16, 0.08] }],
  wheels: [{ xM: 1.4, yM: 0, radiusM: 0.32, widthM: 0.13, steered: true }, { xM: 0, yM: 0, radiusM: 0.32, widthM: 0.17, steered: false }],
};

export const bicycle: Model = {
  ...motorbike,
  id: "bicycle",
  nominal: { lengthM: 1.8, widthM: 0.6, heightM: 1.7, centreXM: 0.5 },
  draw(kit) {
    kit.paint().tube([0, 0, 0.34], [0.4, 0, 0.34], 0.025).tube([0.4, 0, 0.34], [0.95, 0, 0.8], 0.025).tube([0.25, 0, 0.84], [0.95, 0, 0.84], 0.025).tube([0.4, 0, 0.34], [0.25, 0, 0.92], 0.025).tube([0.95, 0, 0.95], [1.08, 0, 0.34], 0.025);
    kit.colour("#24282c").tube([0.95, 0.25, 0.98], [0.95, -0.25, 0.98], 0.02).box([0.22, 0, 0.94], [0.24, 0.14, 0.05]);
    kit.colour("#3e4f63").taper([0.34, 0, 1.22], 0.5, [0.24, 0.34], [0.24, 0.4], 0.18).tube([0.28, 0.1, 0.95], [0.46, 0.12, 0.4], 0.07).tube([0.28, -0.1, 0.95], [0.36, -0.12, 0.5], 0.07).tube([0.52, 0.17, 1.4], [0.93, 0.22, 1.0], 0.045).tube([0.52, -0.17, 1.4], [0.93, -0.22, 1.0], 0.045);
    kit.colour("#d9b08c").ball([0.56, 0, 1.6], 0.11, 8).colour("#e24b3b").ball([0.55, 0, 1.64], [0.13, 0.12, 0.1], 8);
  },
  lamps: [],
  wheels: [{ xM: 1.08, yM: 0, radiusM: 0.34, widthM: 0.05, steered: true }, { xM: 0, yM: 0, radiusM: 0.34, widthM: 0.05, steered: false }],
};

export const pedestrian: Model = {
  id: "pedestrian",
  nominal: { lengthM: 0.5, widthM: 0.6, heightM: 1.8, centreXM: 0 },
  eye: [0.5, 0, 0.93],
  shadeToZ: 0.5,
  draw(kit) {
    kit.colour("#2a3442").tube([0.08, 0.1, 0.05], [0, 0.09, 0.86], 0.085, 7).tube([-0.08, -0.1, 0.05], [0, -0.09, 0.86], 0.085, 7);
    kit.colour("#1b1e22").box([0.1, 0.1, 0.05], [0.26, 0.1, 0.1]).box([-0.04, -0.1, 0.05], [0.26, 0.1, 0.1]);
    kit.paint().taper([0, 0, 1.13], 0.6, [0.22, 0.34], [0.24, 0.46]).tube([0, 0.26, 1.4], [0.1, 0.3, 0.85], 0.055).tube([0, -0.26, 1.4], [-0.08, -0.3, 0.86], 0.055);
    kit.colour("#ff7a1a").box([0, 0, 1.2], [0.255, 0.46, 0.1]);
    kit.colour("#d9b08c").ball([0.02, 0, 1.62], 0.125, 9).colour("#3a2a20").ball([-0.01, 0, 1.67], [0.125, 0.125, 0.11], 9);
  },
  lamps: [],
  wheels: [],
};

/** A thing without a better shape: a striped crate. */
export const crate: Model = {
  id: "object",
  nominal: { lengthM: 1, widthM: 1, heightM: 1, centreXM: 0 },
  eye: [0.5, 0, 0.9],
  shadeToZ: 0.4,
  draw(kit) {
    kit.paint().box([0, 0, 0.5], [1, 1, 1]);
    kit.colour("#f2f2ee").box([0, 0, 0.5], [1.01, 1.01, 0.18]).colour("#d6452b").box([0, 0, 0.82], [1.01, 1.01, 0.12]).box([0, 0, 0.18], [1.01, 1.01, 0.12]);
  },
  lamps: [],
  wheels: [],
};
