/**
 * Materials of the scene. Vehicles carry vertex colours; faces flagged as paint take the instance's colour, the others
 * (glass, tyres, steel) keep their own.
 */
import { CanvasTexture, DoubleSide, MeshBasicMaterial, MeshLambertMaterial, MeshStandardMaterial, ShaderChunk, SRGBColorSpace, type Material } from "three";

export interface Materials {
  readonly painted: Material;
  readonly standing: Material;
  readonly lamp: MeshBasicMaterial;
  readonly blob: MeshBasicMaterial;
  dispose(): void;
}

/** Instance colour times vertex colour only where `paint` is 1. */
function patchPaint(material: Material): void {
  material.onBeforeCompile = (shader) => {
    const chunk = ShaderChunk.color_vertex;
    const patched = chunk.replace(/vColor(\.rgb|\.xyz)? \*= instanceColor(\.rgb|\.xyz)?;/, "vColor.rgb *= mix( vec3( 1.0 ), instanceColor.rgb, paint );");
    if (patched === chunk) throw new Error("three changed its colour chunk; look at patchPaint again");
    shader.vertexShader = `attribute float paint;\n${shader.vertexShader.replace("#include <color_vertex>", patched)}`;
  };
  material.customProgramCacheKey = () => "paint";
}

export function createMaterials(high: boolean): Materials {
  const painted = high ? new MeshStandardMaterial({ vertexColors: true, roughness: 0.48, metalness: 0.12, side: DoubleSide }) : new MeshLambertMaterial({ vertexColors: true, side: DoubleSide });
  patchPaint(painted);
  const standing = high ? new MeshStandardMaterial({ vertexColors: true, roughness: 0.9, metalness: 0 }) : new MeshLambertMaterial({ vertexColors: true });
  patchPaint(standing);
  const lamp = new MeshBasicMaterial({ toneMapped: false });
  const shade = blobTexture();
  const blob = new MeshBasicMaterial({ map: shade, transparent: true, depthWrite: false, color: "#000000", opacity: high ? 0.45 : 0.62, polygonOffset: true, polygonOffsetFactor: -4, polygonOffsetUnits: -4 });
  return {
    painted,
    standing,
    lamp,
    blob,
    dispose() {
      for (const m of [painted, standing, lamp, blob]) m.dispose();
      shade.dispose();
    },
  };
}

/** Soft dark rectangle: the contact shadow under a vehicle. */
function blobTexture(): CanvasTexture {
  const canvas = document.createElement("canvas");
  canvas.width = 64;
  canvas.height = 64;
  const context = canvas.getContext("2d");
  if (context !== null) {
    const image = context.createImageData(64, 64);
    for (let k = 0; k < 4096; k += 1) {
      const x = Math.abs((k % 64) - 31.5) / 31.5;
      const y = Math.abs(Math.floor(k / 64) - 31.5) / 31.5;
      const edge = (t: number): number => Math.min(1, Math.max(0, (1 - t) / 0.32));
      const a = edge(x) * edge(y);
      image.data.set([255, 255, 255, 255 * a * a * (3 - 2 * a)], k * 4);
    }
    context.putImageData(image, 0, 0);
  }
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  return texture;
}
