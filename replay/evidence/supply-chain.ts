/** Where the build comes from, in the shapes others read: SLSA provenance v1 in an in-toto statement, CycloneDX 1.6 from the lock file. */
import { byText } from "../../fleet-core/kernel/order.ts";
import { STATEMENT_TYPE } from "./statement.ts";

export interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string; readonly license?: string; readonly dev?: boolean; readonly link?: boolean }>>;
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
const purlOf = (name: string, version: string): string => `pkg:npm/${name.startsWith("@") ? `%40${name.slice(1)}` : name}@${version}`;

/** SHA-512 of the package in hex, out of its integrity text. */
function sha512Of(integrity: string | undefined): string | undefined {
  const [, encoded] = /^sha512-([A-Za-z0-9+/=]+)$/.exec(integrity ?? "") ?? [];
  if (encoded === undefined) return undefined;
  return Array.from(atob(encoded), (c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

/** Packages that ship (not the tools of development), by path in the tree. */
function shipped(lock: LockFile): readonly { readonly name: string; readonly version: string; readonly sha512: string | undefined; readonly license: string | undefined }[] {
  return Object.keys(lock.packages).sort(byText).flatMap((path) => {
    const found = lock.packages[path];
    if (!path.includes("node_modules/") || found?.version === undefined || found.dev === true || found.link === true) return [];
    return [{ name: nameOf(path), version: found.version, sha512: sha512Of(found.integrity), license: found.license }];
  });
}

export function bomOf(lock: LockFile, version: string, build: string): unknown {
  const components = new Map<string, unknown>();
  for (const { name, version: v, sha512, license } of shipped(lock)) {
    const purl = purlOf(name, v);
    components.set(purl, { type: "library", "bom-ref": purl, name, version: v, purl, ...(sha512 === undefined ? {} : { hashes: [{ alg: "SHA-512", content: sha512 }] }), ...(license === undefined ? {} : { licenses: [{ expression: license }] }) });
  }
  return { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, metadata: { component: { type: "application", name: "atlasmesh", version, hashes: [{ alg: "SHA-256", content: build }] } }, components: [...components.values()] };
}

export function provenanceOf(lock: LockFile, input: { readonly build: string; readonly commit: string; readonly runtime: string; readonly builder: string }): unknown {
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: "atlasmesh deterministic build", digest: { sha256: input.build } }],
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "urn:atlasmesh:build:v1",
        externalParameters: { source: { commit: input.commit } },
        internalParameters: { note: "stated by the builder itself; signed with the bundle" },
        resolvedDependencies: shipped(lock).map(({ name, version, sha512 }) => ({ uri: purlOf(name, version), ...(sha512 === undefined ? {} : { digest: { sha512 } }) })),
      },
      runDetails: { builder: { id: input.builder }, metadata: { invocationId: input.runtime } },
    },
  };
}
