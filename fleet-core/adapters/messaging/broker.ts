/**
 * The broker vehicles talk to: MQTT over TLS, client certificate needed. A vehicle is who its certificate says, can publish
 * only as itself and hear nobody else. Its telemetry is acknowledged when it is on disk. Connection state comes from the
 * broker's own knowledge: a connection that breaks is noticed, with or without a last will.
 *
 * Topics, from vehicles: `atlasmesh/<tenant>/<vehicle>/telemetry` (records), `…/status` (last will; means nothing more).
 */
import { createServer, type Server, type TLSSocket } from "node:tls";
import { Aedes, type AuthenticateError, type Client } from "aedes";
import { fingerprintOf, vehicleOfSpiffe } from "../server/authority.ts";

export interface VehicleAddress {
  readonly tenant: string;
  readonly vehicleId: string;
}

export interface BrokerOptions {
  readonly host: string;
  readonly port: number;
  readonly keyPem: string;
  readonly certificatePem: string;
  readonly caPem: string;
  /** May this vehicle come in with this certificate? A sentence why not. */
  readonly admit: (address: VehicleAddress, fingerprint: string) => string | undefined;
  /** Resolves when the message may be acknowledged. */
  readonly onTelemetry: (address: VehicleAddress, payload: Uint8Array) => Promise<void>;
  readonly onConnection: (address: VehicleAddress, fingerprint: string, connected: boolean) => void;
  readonly log: (message: string) => void;
}

export interface Broker {
  readonly port: number;
  readonly connections: () => number;
  /** Ends the vehicle's connection: its certificate is no longer good. */
  disconnect(address: VehicleAddress): void;
  close(): Promise<void>;
}

interface Session extends VehicleAddress {
  readonly fingerprint: string;
}

/** CONNACK code "not authorized". */
const NOT_AUTHORIZED = 5;

export const topicOf = (address: VehicleAddress, topic: string): string => `atlasmesh/${address.tenant}/${address.vehicleId}/${topic}`;
const FROM_VEHICLE = ["telemetry", "status"];

export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const sessions = new WeakMap<object, Session>();
  const present = new Map<string, Client>();
  const keyOf = (address: VehicleAddress): string => `${address.tenant}/${address.vehicleId}`;
  const broker = await Aedes.createBroker({ concurrency: 1000, queueLimit: 1000, connectTimeout: 10_000, drainTimeout: 30_000 });

  function sessionOf(client: Client): Session | string {
    const certificate = (client.conn as unknown as TLSSocket).getPeerCertificate(false);
    if (certificate.raw === undefined) return "there is no client certificate";
    const names = (certificate.subjectaltname ?? "").split(", ").filter((name) => name.startsWith("URI:"));
    const address = names.length === 1 ? vehicleOfSpiffe((names[0] ?? "").slice(4)) : undefined;
    if (address === undefined) return "the certificate names no vehicle";
    return { ...address, fingerprint: fingerprintOf(certificate.raw) };
  }

  broker.authenticate = (client, _username, _password, done) => {
    const session = sessionOf(client);
    const refused = typeof session === "string" ? session : client.id === session.vehicleId ? options.admit(session, session.fingerprint) : `the client id must be ${session.vehicleId}`;
    if (typeof session === "string" || refused !== undefined) {
      options.log(`a connection was refused: ${refused ?? ""}`);
      return done(Object.assign(new Error("not authorized"), { returnCode: NOT_AUTHORIZED }) as AuthenticateError, false);
    }
    sessions.set(client, session);
    done(null, true);
  };

  broker.authorizePublish = (client, packet, done) => {
    const session = client === null ? undefined : sessions.get(client);
    if (session === undefined) return done(new Error("nobody"));
    const topic = FROM_VEHICLE.find((name) => packet.topic === topicOf(session, name));
    if (topic === undefined || packet.retain) return done(new Error(`${session.vehicleId} may not publish to ${packet.topic}`));
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    if (topic === "status") return done(null);
    // The acknowledgement goes out when this is called, and not before.
    options.onTelemetry(session, payload).then(
      () => done(null),
      (error: unknown) => {
        options.log(`a message of ${session.vehicleId} was not taken: ${error instanceof Error ? error.message : String(error)}`);
        done(error instanceof Error ? error : new Error("not taken"));
      },
    );
  };

  // Nothing is sent to vehicles here yet, so there is nothing to hear: every subscription is refused.
  broker.authorizeSubscribe = (_client, _subscription, done) => done(null, null);
  broker.authorizeForward = () => null;

  broker.on("clientReady", (client) => {
    const session = sessions.get(client);
    if (session === undefined) return;
    present.set(keyOf(session), client);
    options.onConnection(session, session.fingerprint, true);
  });
  broker.on("clientDisconnect", (client) => {
    const session = sessions.get(client);
    // A second connection of the same vehicle has taken its place already.
    if (session === undefined || present.get(keyOf(session)) !== client) return;
    present.delete(keyOf(session));
    options.onConnection(session, session.fingerprint, false);
  });
  broker.on("clientError", (client, error) => options.log(`connection of ${client.id}: ${error.message}`));

  const server: Server = createServer({ key: options.keyPem, cert: options.certificatePem, ca: options.caPem, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.2" }, (socket) => {
    socket.setNoDelay(true);
    socket.setMaxListeners(50);
    broker.handle(socket);
  });
  server.on("tlsClientError", (error) => options.log(`a TLS connection failed: ${error.message}`));
  server.maxConnections = 20_000;
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(options.port, options.host, done);
  });
  const address = server.address();

  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    connections: () => present.size,
    disconnect(to) {
      present.get(keyOf(to))?.close();
    },
    async close() {
      await new Promise<void>((done) => broker.close(() => done()));
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
