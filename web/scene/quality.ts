/** What this machine's graphics can do, found out once before the scene is built. */

export interface Quality {
  readonly webgl: boolean;
  readonly high: boolean;
  readonly renderer: string;
}

/** `forced` comes from the address (`q=high`, `q=low`, `gl=off`) for tests and for people who know better. */
export function detectQuality(params: URLSearchParams): Quality {
  if (params.get("gl") === "off") return { webgl: false, high: false, renderer: "off by the address" };
  let renderer = "";
  try {
    const canvas = document.createElement("canvas");
    const gl = canvas.getContext("webgl2");
    if (gl === null) return { webgl: false, high: false, renderer: "no WebGL 2" };
    const info = gl.getExtension("WEBGL_debug_renderer_info");
    renderer = String(gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL));
    gl.getExtension("WEBGL_lose_context")?.loseContext();
  } catch {
    return { webgl: false, high: false, renderer: "WebGL failed" };
  }
  const software = /swiftshader|llvmpipe|software|softpipe|basic render/i.test(renderer);
  const asked = params.get("q");
  return { webgl: true, high: asked === "high" || (asked !== "low" && !software), renderer };
}
