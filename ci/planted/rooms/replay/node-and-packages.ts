/** Planted: the machine, and a package nobody has judged, brought into a deterministic room. */
import { readFileSync } from "node:fs"; // expect: no-restricted-imports
import { hostname } from "os"; // expect: no-restricted-imports
import { promises } from "fs"; // expect: no-restricted-imports
import { pack } from "msgpackr"; // expect: no-restricted-imports
import { z } from "zod";

export const used = [readFileSync, hostname, promises, pack, z];
