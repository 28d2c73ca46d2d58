/** Digest of the deterministic code, put in by the build (see ci/sources.mjs). */
declare const __ATLASMESH_BUILD__: string;
