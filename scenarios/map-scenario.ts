/**
 * A scenario with nobody in it on a given map, so that a map alone can be run (with background traffic). The text is
 * standard OpenSCENARIO and goes into recordings like any other scenario file.
 */

/** `mapFile`: path of the OpenDRIVE file as the scenario would name it. */
export function scenarioOfMap(mapFile: string): string {
  const name = mapFile.replace(/[&<>"]/g, (c) => (c === "&" ? "&amp;" : c === "<" ? "&lt;" : c === ">" ? "&gt;" : "&quot;"));
  return `<?xml version="1.0" encoding="UTF-8"?>
<OpenSCENARIO>
  <FileHeader revMajor="1" revMinor="3" date="2026-03-01T06:00:00" description="nobody on ${name}" author="atlasmesh"/>
  <CatalogLocations/>
  <RoadNetwork><LogicFile filepath="${name}"/></RoadNetwork>
  <Entities/>
  <Storyboard><Init><Actions/></Init><StopTrigger/></Storyboard>
</OpenSCENARIO>
`;
}
