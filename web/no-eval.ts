/**
 * Imported before anything else: tells zod not to compile validators with `new Function`, which the page's content policy
 * forbids and reports. Must have no other effect.
 */
import { config } from "zod";

config({ jitless: true });
