/**
 * Nothing acknowledged is lost: vehicles publish telemetry to a real server, the server is killed (SIGKILL) at a random
 * moment, started again, and every acknowledged record is looked for in the database, once and only once; the hash chain
 * is checked. `node fleet-core/adapters/ingest/kill-test.mjs [--rounds 5] [--vehicles 4] [--seconds 4]`. Prints one line a
 * round; exit code 1 when anything is missing or double.
 */
import { spawn } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import mqtt from "mqtt";

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const option = (name, fallback) => Number(process.argv[process.argv.indexOf(`--${name}`) + 1] || fallback) || fallback;
const rounds = process.argv.includes("--rounds") ? option("rounds", 5) : 5;
const vehicles = process.argv.includes("--vehicles") ? option("vehicles", 4) : 4;
const seconds = process.argv.includes("--seconds") ? option("seconds", 4) : 4;
const folder = mkdtempSync(join(tmpdir(), "atlasmesh-kill-"));
// PostgreSQL runs as another user when we are root; it must be able to pass.
chmodSync(folder, 0o711);
const data = join(folder, "data");
const MQTT_PORT = 20_000 + Math.floor(Math.random() * 20_000);

async function start() {
  const child = spawn(process.execPath, [join(root, "ci/atlasmesh.mjs"), "serve", "--data", data, "--port", "0"], { cwd: root, stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, ATLASMESH_MQTT_PORT: String(MQTT_PORT), ATLASMESH_LOG_LEVEL: "error", ATLASMESH_RATE_PER_MINUTE: "100000" } });
  const url = await new Promise((done, fail) => {
    child.stdout.setEncoding("utf8").once("data", (text) => done(text.trim().split("\n")[0]));
    child.once("exit", (code) => fail(new Error(`the server ended with ${code}`)));
  });
  return { child, url };
}

const digest = "0".repeat(64);
const gate = generateKeyPairSync("ed25519");

async function onboard(url, id) {
  const call = async (path, body) => {
    const answer = await fetch(`${url}/api/v1${path}`, { method: "POST", headers: { authorization: `Bearer ${readFileSync(join(data, "admin-token"), "utf8").trim()}`, "content-type": "application/json" }, body: JSON.stringify(body) });
    if (answer.status >= 300) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  };
  writeFileSync(join(data, "trusted-gates.json"), JSON.stringify({ gate: gate.publicKey.export({ type: "spki", format: "pem" }) }));
  const certificate = { agent_build_digest: digest, certificate_id: "c", expires_ms: 4_000_000_000_000, gate_set: "1", issued_ms: 1, issuer: "me", profile_digest: digest, profile_id: "p", schema: "atlasmesh.conformance-certificate/1", sensor_pack_digest: digest };
  // Its names are sorted already, so this is its canonical form.
  await call("/certificates", { certificate, signature: sign(null, Buffer.from(`atlasmesh-conformance-certificate-v1\n${JSON.stringify(certificate)}`), gate.privateKey).toString("base64url") });
  await call("/fleets", { id: "f", name: "F" });
  await call("/vehicles", { id, fleetId: "f", vehicleClass: "p", assetTag: id, manufacturer: "m", model: "m", serialNumber: id });
  const key = join(folder, `${id}.key`);
  execFileSync("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key], { stdio: "ignore" });
  const csr = execFileSync("openssl", ["req", "-new", "-key", key, "-subj", `/CN=${id}`], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const { credentials } = await call(`/vehicles/${id}/onboard`, { claim: { profileId: "p", profileDigest: digest, sensorPackDigest: digest, agentBuildDigest: digest }, csr });
  return { id, key: readFileSync(key, "utf8"), cert: credentials.certificatePem, ca: credentials.caPem, acknowledged: new Set(), sequence: 0 };
}

/** Publishes until the connection breaks; remembers what was acknowledged. */
async function publish(vehicle) {
  const client = mqtt.connect(`mqtts://127.0.0.1:${MQTT_PORT}`, { clientId: vehicle.id, key: vehicle.key, cert: vehicle.cert, ca: vehicle.ca, reconnectPeriod: 0 });
  client.on("error", () => undefined);
  await new Promise((done, fail) => client.once("connect", done).once("close", () => fail(new Error(`${vehicle.id} could not connect`))));
  let open = true;
  client.once("close", () => (open = false));
  let inFlight = 0;
  while (open) {
    if (inFlight >= 50) {
      await new Promise((done) => setTimeout(done, 1));
      continue;
    }
    const sequence = (vehicle.sequence += 1);
    const record = { vehicle_id: vehicle.id, boot_id: "b", timestamp: new Date().toISOString(), sequence, position: { latitude: 1, longitude: 2, heading: 3, speed: 4 }, status: { operational_state: "READY", energy_level: 50 } };
    inFlight += 1;
    client.publish(`atlasmesh/home/${vehicle.id}/telemetry`, JSON.stringify(record), { qos: 1 }, (error) => {
      inFlight -= 1;
      if (!error) vehicle.acknowledged.add(sequence);
    });
    if (sequence % 20 === 0) await new Promise((done) => setImmediate(done));
  }
  client.end(true);
}

async function stored(url, vehicle) {
  const token = readFileSync(join(data, "admin-token"), "utf8").trim();
  const get = async (path) => (await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })).json();
  const seen = new Map();
  let from = new Date(Date.now() - 86_400_000).toISOString();
  for (;;) {
    const { items } = await get(`/vehicles/${vehicle.id}/telemetry?from=${from}&until=${new Date(Date.now() + 60_000).toISOString()}&limit=5000`);
    for (const row of items) seen.set(`${row.boot_id} ${row.sequence} ${row.at}`, Number(row.sequence));
    const last = items.at(-1)?.at;
    // The page's last millisecond comes again with the next page; the table tells doubles by their key.
    if (items.length < 5000 || last === from) break;
    from = last;
  }
  const counts = new Map();
  for (const sequence of seen.values()) counts.set(sequence, (counts.get(sequence) ?? 0) + 1);
  return { counts, chain: await get("/events/verification") };
}

let failed = false;
let server = await start();
try {
  const fleet = [];
  for (let i = 1; i <= vehicles; i += 1) fleet.push(await onboard(server.url, `k-${i}`));
  for (let round = 1; round <= rounds; round += 1) {
    const publishing = fleet.map((vehicle) => publish(vehicle));
    await new Promise((done) => setTimeout(done, seconds * 500 + Math.random() * seconds * 500));
    server.child.removeAllListeners("exit");
    server.child.kill("SIGKILL");
    await Promise.all(publishing);
    server = await start();
    let missing = 0;
    let doubled = 0;
    let intact = true;
    for (const vehicle of fleet) {
      const { counts, chain } = await stored(server.url, vehicle);
      missing += [...vehicle.acknowledged].filter((sequence) => !counts.has(sequence)).length;
      doubled += [...counts.values()].filter((count) => count > 1).length;
      intact &&= chain.intact === true;
    }
    const acknowledged = fleet.reduce((sum, vehicle) => sum + vehicle.acknowledged.size, 0);
    const good = missing === 0 && doubled === 0 && intact && acknowledged > 0;
    failed ||= !good;
    process.stdout.write(`round ${round}: ${acknowledged} acknowledged, ${missing} missing, ${doubled} doubled, chain ${intact ? "intact" : "BROKEN"}${good ? "" : "  FAILED"}\n`);
  }
} finally {
  server.child.removeAllListeners("exit");
  await new Promise((done) => {
    server.child.once("exit", done);
    server.child.kill("SIGTERM");
  });
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
