/** The vehicles of `bench ingest`, in a process of their own: publish with a fixed number in flight, count acknowledgements. */
import { readFileSync } from "node:fs";
import mqtt from "mqtt";

const { file, port, seconds, batch, inFlight, boot } = JSON.parse(process.argv[2]);
const times = [];
let acknowledged = 0;

/** Connected, and one message through: what is measured begins when everything stands. */
async function ready({ id, tenant, key, cert, ca }) {
  const client = mqtt.connect(`mqtts://127.0.0.1:${port}`, { clientId: id, key, cert, ca, reconnectPeriod: 0 });
  await new Promise((done, fail) => client.once("connect", done).once("error", fail));
  let sequence = 0;
  const message = () => {
    const records = Array.from({ length: batch }, () => ({ vehicle_id: id, timestamp: new Date().toISOString(), sequence: (sequence += 1), position: { latitude: 24.4 + sequence * 1e-7, longitude: 54.6, heading: 90, speed: 5 }, status: { operational_state: "READY", energy_level: 80 } }));
    return JSON.stringify(batch === 1 ? { ...records[0], boot_id: boot } : { boot_id: boot, records });
  };
  const send = () => client.publishAsync(`atlasmesh/${tenant}/${id}/telemetry`, message(), { qos: 1 });
  await send();
  return { client, send };
}

async function run({ client, send }, untilMs) {
  const one = async () => {
    while (performance.now() < untilMs) {
      const from = performance.now();
      await send();
      // What is answered after the end does not count.
      if (performance.now() > untilMs) return;
      times.push(performance.now() - from);
      acknowledged += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  client.end(true);
}

const vehicles = await Promise.all(JSON.parse(readFileSync(file, "utf8")).map(ready));
const untilMs = performance.now() + seconds * 1000;
await Promise.all(vehicles.map((vehicle) => run(vehicle, untilMs)));
times.sort((a, b) => a - b);
const at = (share) => times[Math.floor(share * (times.length - 1))] ?? 0;
process.send({ acknowledged, p50Ms: at(0.5), p99Ms: at(0.99) }, () => process.exit(0));
