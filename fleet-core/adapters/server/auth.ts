/**
 * Who asks: OIDC tokens of a configured issuer, of the built-in development issuer (loopback only, loud), or service
 * tokens kept as digests. What they may do is policy's. Must never take a token that is unsigned, expired, or for somebody else.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import { createLocalJWKSet, createRemoteJWKSet, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type JWK, type JWTPayload, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import { ROLES, type Role } from "../../organisations/organisation.ts";
import { tenantIdSchema } from "../../event-log/event.ts";
import { randomSecret, readSecret, secretOf, writeSecret } from "./files.ts";

export interface Subject {
  /** `user:amira`, `service:ci`. */
  readonly actor: string;
  readonly tenant: string;
  readonly role: Role;
}

export class AuthError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AuthError";
  }
}

const claimsSchema = z.object({ sub: z.string().min(1).max(200).regex(/^[^\s]+$/), atlasmesh_tenant: tenantIdSchema, atlasmesh_role: z.enum(ROLES) });
const tokensSchema = z.array(z.strictObject({ digest: z.string().regex(/^[0-9a-f]{64}$/), name: z.string().min(1).max(64), tenant: tenantIdSchema, role: z.enum(ROLES), expiresMs: z.number() }));
type ServiceToken = z.infer<typeof tokensSchema>[number];

const PREFIX = "amst_";
const TOKENS_FILE = "service-tokens.json";
const TOKENS_MAX = 1000;
export const DEV_TOKEN_S = 3600;
/** Signatures we take; `none` and shared secrets are not among them. */
const ALGORITHMS = ["EdDSA", "ES256", "RS256", "PS256"];

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

export interface Auth {
  /** Throws AuthError: nobody, or nobody known. */
  identify(authorization: string | undefined): Promise<Subject>;
  readonly dev: DevIssuer | undefined;
}

export interface DevIssuer {
  readonly issuer: () => string;
  readonly jwks: () => { readonly keys: readonly JWK[] };
  /** A token for anybody, for whoever knows the development secret. */
  issue(secret: string, claims: { readonly sub: string; readonly tenant: string; readonly role: Role }): Promise<string>;
}

/** Adds a service token and gives its text, which is shown once and kept nowhere. */
export function addServiceToken(folder: string, name: string, tenant: string, role: Role, expiresMs: number): string {
  const file = join(folder, TOKENS_FILE);
  const held = readTokens(folder).filter((token) => token.name !== name);
  if (held.length >= TOKENS_MAX) throw new Error(`there are ${TOKENS_MAX} service tokens already`);
  const text = `${PREFIX}${randomSecret()}`;
  writeSecret(file, `${JSON.stringify([...held, { digest: digest(text), name, tenant, role, expiresMs } satisfies ServiceToken], null, 1)}\n`);
  return text;
}

function readTokens(folder: string): readonly ServiceToken[] {
  const text = readSecret(join(folder, TOKENS_FILE));
  return text === undefined ? [] : tokensSchema.parse(JSON.parse(text));
}

async function createDevIssuer(folder: string, issuer: () => string, audience: string): Promise<{ readonly dev: DevIssuer; readonly keys: JWTVerifyGetKey; readonly secretIsNew: boolean }> {
  const stored = await secretOf(folder, "dev-issuer-key.json", async () => {
    const pair = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    return JSON.stringify(await exportJWK(pair.privateKey));
  });
  const jwk = { ...(JSON.parse(stored.text) as JWK), alg: "EdDSA", kid: "dev" };
  const key = await importJWK(jwk, "EdDSA");
  const publicJwk: JWK = { kty: "OKP", crv: "Ed25519", kid: "dev", alg: "EdDSA", use: "sig", ...(jwk.x === undefined ? {} : { x: jwk.x }) };
  const secret = await secretOf(folder, "dev-issuer-secret", randomSecret);
  const dev: DevIssuer = {
    issuer,
    jwks: () => ({ keys: [publicJwk] }),
    async issue(given, { sub, tenant, role }) {
      const [a, b] = [Buffer.from(digest(given)), Buffer.from(digest(secret.text))];
      if (!timingSafeEqual(a, b)) throw new AuthError("this is not the development secret");
      const claims = claimsSchema.parse({ sub, atlasmesh_tenant: tenant, atlasmesh_role: role });
      return new SignJWT(claims).setProtectedHeader({ alg: "EdDSA", kid: "dev" }).setIssuer(issuer()).setAudience(audience).setIssuedAt().setExpirationTime(`${DEV_TOKEN_S}s`).sign(key);
    },
  };
  return { dev, keys: createLocalJWKSet({ keys: [publicJwk] }), secretIsNew: secret.isNew };
}

/** `roleInBooks`: role of a member by the organisation's own books; the token's role never exceeds what they say. */
export async function createAuth(options: { readonly folder: string; readonly oidcIssuer: string | undefined; readonly audience: string; readonly devIssuer: boolean; readonly ownIssuer: () => string; readonly nowMs: () => number }): Promise<Auth> {
  const useDev = options.oidcIssuer === undefined && options.devIssuer;
  const dev = useDev ? await createDevIssuer(options.folder, options.ownIssuer, options.audience) : undefined;
  let keys = dev?.keys;

  async function external(issuer: string): Promise<JWTVerifyGetKey> {
    if (keys !== undefined) return keys;
    const answer = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(5000) });
    const { jwks_uri } = z.object({ jwks_uri: z.url() }).parse(await answer.json());
    keys = createRemoteJWKSet(new URL(jwks_uri));
    return keys;
  }

  async function verify(token: string): Promise<JWTPayload> {
    const issuer = options.oidcIssuer ?? (useDev ? options.ownIssuer() : undefined);
    if (issuer === undefined) throw new AuthError("only service tokens are taken here");
    try {
      return (await jwtVerify(token, await external(issuer), { issuer, audience: options.audience, algorithms: ALGORITHMS, requiredClaims: ["exp", "sub"], clockTolerance: 5 })).payload;
    } catch (error) {
      throw new AuthError(error instanceof Error && "code" in error && error.code === "ERR_JWT_EXPIRED" ? "the token has expired" : "the token is not valid here");
    }
  }

  return {
    dev: dev?.dev,
    async identify(authorization) {
      const token = /^Bearer ([^\s]{1,8192})$/i.exec(authorization ?? "")?.[1];
      if (token === undefined) throw new AuthError("a bearer token is needed");
      if (token.startsWith(PREFIX)) {
        const wanted = digest(token);
        const held = readTokens(options.folder).find((one) => timingSafeEqual(Buffer.from(one.digest), Buffer.from(wanted)));
        if (held === undefined) throw new AuthError("this service token is not known");
        if (held.expiresMs <= options.nowMs()) throw new AuthError("this service token has expired");
        return { actor: `service:${held.name}`, tenant: held.tenant, role: held.role };
      }
      const claims = claimsSchema.safeParse(await verify(token));
      if (!claims.success) throw new AuthError("the token names no organisation or role");
      return { actor: `user:${claims.data.sub}`, tenant: claims.data.atlasmesh_tenant, role: claims.data.atlasmesh_role };
    },
  };
}
