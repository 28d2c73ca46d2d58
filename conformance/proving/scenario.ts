/** Scenarios of the proving ground as OpenSCENARIO 1.3 text: an ego driven by the agent, others, weather. Standard only. */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";

export type Action =
  | { readonly kind: "speed"; readonly speedMps: number; readonly rateMps2: number }
  /** Into the ego's lane, at this lateral speed. */
  | { readonly kind: "lane"; readonly lane: number; readonly rateMps: number }
  /** Along a straight line on the ground at constant speed. */
  | { readonly kind: "walk"; readonly toXM: number; readonly toYM: number; readonly fromXM: number; readonly fromYM: number; readonly speedMps: number };

export type Trigger = { readonly atS: number } | { readonly egoNearerM: number };

export interface Other {
  readonly name: string;
  readonly kind: "car" | "pedestrian";
  readonly place: { readonly lane: number; readonly sM: number } | { readonly xM: number; readonly yM: number; readonly headingRad: number };
  readonly speedMps: number;
  readonly events: readonly { readonly when: Trigger; readonly action: Action }[];
}

export interface Weather {
  readonly atS: number;
  readonly rainMmph?: number;
  readonly fogVisibilityM?: number;
  readonly night?: boolean;
}

export interface Script {
  readonly title: string;
  readonly profile: VehicleProfile;
  /** Of the track; the first of the claimed ones when left out. */
  readonly surface?: string;
  readonly ego: { readonly lane: number; readonly sM: number; readonly speedMps: number };
  readonly others?: readonly Other[];
  readonly weather?: readonly Weather[];
}

const CAR_M = { length: 4.3, centre: 1.3, rear: 0.85 } as const;
/** Distance from the car's rear to its reference point [m]. */
export const CAR_REAR_M = CAR_M.rear;

function egoVehicle(p: VehicleProfile): string {
  const { lengthM, widthM, heightM, wheelbaseM, rearOverhangM } = p.geometry;
  const wheel = (p.axles[0]?.wheelRadiusM ?? 0.35) * 2;
  return `<ScenarioObject name="Ego"><Vehicle name="${p.id}" vehicleCategory="${lengthM > 8 ? "truck" : "car"}"><BoundingBox><Center x="${lengthM / 2 - rearOverhangM}" y="0" z="${heightM / 2}"/><Dimensions width="${widthM}" length="${lengthM}" height="${heightM}"/></BoundingBox><Performance maxSpeed="${p.drive.speedMpsMax}" maxAcceleration="${p.limits.accelMps2}" maxDeceleration="${p.brake.decelMps2Max}"/><Axles><FrontAxle maxSteering="${p.steering.angleRadMax}" wheelDiameter="${wheel}" trackWidth="1.6" positionX="${wheelbaseM}" positionZ="${wheel / 2}"/><RearAxle maxSteering="0" wheelDiameter="${wheel}" trackWidth="1.6" positionX="0" positionZ="${wheel / 2}"/></Axles></Vehicle><ObjectController><Controller name="atlasmesh-agent"><Properties><Property name="profile" value="${p.id}"/></Properties></Controller></ObjectController></ScenarioObject>`;
}

function otherObject({ name, kind }: Other): string {
  if (kind === "pedestrian") return `<ScenarioObject name="${name}"><Pedestrian name="walker" mass="75" pedestrianCategory="pedestrian"><BoundingBox><Center x="0" y="0" z="0.9"/><Dimensions width="0.5" length="0.5" height="1.8"/></BoundingBox></Pedestrian></ScenarioObject>`;
  return `<ScenarioObject name="${name}"><Vehicle name="car" vehicleCategory="car"><BoundingBox><Center x="${CAR_M.centre}" y="0" z="0.75"/><Dimensions width="1.8" length="${CAR_M.length}" height="1.5"/></BoundingBox><Performance maxSpeed="60" maxAcceleration="8" maxDeceleration="10"/><Axles><FrontAxle maxSteering="0.6" wheelDiameter="0.7" trackWidth="1.6" positionX="2.6" positionZ="0.35"/><RearAxle maxSteering="0" wheelDiameter="0.7" trackWidth="1.6" positionX="0" positionZ="0.35"/></Axles></Vehicle></ScenarioObject>`;
}

const placed = (place: Other["place"]): string => ("lane" in place
  ? `<LanePosition roadId="1" laneId="${place.lane}" s="${place.sM}" offset="0"/>`
  : `<WorldPosition x="${place.xM}" y="${place.yM}" z="0" h="${place.headingRad}" p="0" r="0"/>`);

const initial = (name: string, place: Other["place"], speedMps: number): string =>
  `<Private entityRef="${name}"><PrivateAction><TeleportAction><Position>${placed(place)}</Position></TeleportAction></PrivateAction><PrivateAction><LongitudinalAction><SpeedAction><SpeedActionDynamics dynamicsShape="step" dynamicsDimension="time" value="0"/><SpeedActionTarget><AbsoluteTargetSpeed value="${speedMps}"/></SpeedActionTarget></SpeedAction></LongitudinalAction></PrivateAction></Private>`;

function actionXml(action: Action): string {
  switch (action.kind) {
    case "speed":
      return `<PrivateAction><LongitudinalAction><SpeedAction><SpeedActionDynamics dynamicsShape="linear" dynamicsDimension="rate" value="${action.rateMps2}"/><SpeedActionTarget><AbsoluteTargetSpeed value="${action.speedMps}"/></SpeedActionTarget></SpeedAction></LongitudinalAction></PrivateAction>`;
    case "lane":
      return `<PrivateAction><LateralAction><LaneChangeAction><LaneChangeActionDynamics dynamicsShape="linear" dynamicsDimension="rate" value="${action.rateMps}"/><LaneChangeTarget><AbsoluteTargetLane value="${action.lane}"/></LaneChangeTarget></LaneChangeAction></LateralAction></PrivateAction>`;
    case "walk": {
      const dx = action.toXM - action.fromXM;
      const dy = action.toYM - action.fromYM;
      const seconds = Math.sqrt(dx * dx + dy * dy) / action.speedMps;
      const heading = dy > 0 ? 1.5707963267948966 : -1.5707963267948966;
      const vertex = (x: number, y: number, t: number): string => `<Vertex time="${t}"><Position><WorldPosition x="${x}" y="${y}" z="0" h="${heading}" p="0" r="0"/></Position></Vertex>`;
      return `<PrivateAction><RoutingAction><FollowTrajectoryAction><TrajectoryRef><Trajectory name="crossing" closed="false"><Shape><Polyline>${vertex(action.fromXM, action.fromYM, 0)}${vertex(action.toXM, action.toYM, seconds)}</Polyline></Shape></Trajectory></TrajectoryRef><TimeReference><Timing domainAbsoluteRelative="relative" scale="1" offset="0"/></TimeReference><TrajectoryFollowingMode followingMode="position"/></FollowTrajectoryAction></RoutingAction></PrivateAction>`;
    }
  }
}

const whenXml = (name: string, when: Trigger): string => ("atS" in when
  ? `<ByValueCondition><SimulationTimeCondition value="${when.atS}" rule="greaterOrEqual"/></ByValueCondition>`
  : `<ByEntityCondition><TriggeringEntities triggeringEntitiesRule="any"><EntityRef entityRef="Ego"/></TriggeringEntities><EntityCondition><RelativeDistanceCondition entityRef="${name}" relativeDistanceType="longitudinal" value="${when.egoNearerM}" freespace="true" rule="lessThan" coordinateSystem="entity"/></EntityCondition></ByEntityCondition>`);

function story(other: Other): string {
  const events = other.events.map(({ when, action }, i) =>
    `<Event name="${other.name} ${i}" priority="parallel" maximumExecutionCount="1"><Action name="${other.name} ${i}">${actionXml(action)}</Action><StartTrigger><ConditionGroup><Condition name="${other.name} ${i}" delay="0" conditionEdge="none">${whenXml(other.name, when)}</Condition></ConditionGroup></StartTrigger></Event>`);
  return wrap(other.name, `<EntityRef entityRef="${other.name}"/>`, events.join(""));
}

const wrap = (name: string, actors: string, events: string): string =>
  `<Story name="${name}"><Act name="${name}"><ManeuverGroup name="${name}" maximumExecutionCount="1"><Actors selectTriggeringEntities="false">${actors}</Actors><Maneuver name="${name}">${events}</Maneuver></ManeuverGroup><StartTrigger><ConditionGroup><Condition name="${name} act" delay="0" conditionEdge="none"><ByValueCondition><SimulationTimeCondition value="0" rule="greaterOrEqual"/></ByValueCondition></Condition></ConditionGroup></StartTrigger></Act></Story>`;

const environment = (w: Weather): string =>
  `<GlobalAction><EnvironmentAction><Environment name="weather ${w.atS}"><TimeOfDay animation="false" dateTime="2026-11-01T${w.night === true ? "23" : "10"}:00:00Z"/><Weather cloudState="${(w.rainMmph ?? 0) > 0 ? "rainy" : "free"}"><Sun illuminance="${w.night === true ? "0" : "20000"}" azimuth="2.2" elevation="${w.night === true ? "-0.8" : "0.8"}"/><Fog visualRange="${w.fogVisibilityM ?? 10000}"/><Precipitation precipitationType="${(w.rainMmph ?? 0) > 0 ? "rain" : "dry"}" precipitationIntensity="${w.rainMmph ?? 0}"/></Weather><RoadCondition frictionScaleFactor="1"/></Environment></EnvironmentAction></GlobalAction>`;

const weatherEvent = (w: Weather): string =>
  `<Event name="weather ${w.atS}" priority="parallel" maximumExecutionCount="1"><Action name="weather ${w.atS}">${environment(w)}</Action><StartTrigger><ConditionGroup><Condition name="weather ${w.atS}" delay="0" conditionEdge="none"><ByValueCondition><SimulationTimeCondition value="${w.atS}" rule="greaterOrEqual"/></ByValueCondition></Condition></ConditionGroup></StartTrigger></Event>`;

export function scenarioText(script: Script): string {
  const others = script.others ?? [];
  return `<?xml version="1.0" encoding="UTF-8"?>
<OpenSCENARIO>
  <FileHeader revMajor="1" revMinor="3" date="2026-11-01T06:00:00Z" description="${script.title}" author="AtlasMesh"/>
  <ParameterDeclarations/>
  <CatalogLocations/>
  <RoadNetwork><LogicFile filepath="track.xodr"/></RoadNetwork>
  <Entities>${egoVehicle(script.profile)}${others.map(otherObject).join("")}</Entities>
  <Storyboard>
    <Init><Actions>${initial("Ego", script.ego, script.ego.speedMps)}${others.map((o) => initial(o.name, o.place, o.speedMps)).join("")}</Actions></Init>
    ${others.filter(({ events }) => events.length > 0).map(story).join("\n    ")}${wrap("weather", "", [{ atS: 0 }, ...(script.weather ?? [])].map(weatherEvent).join(""))}
    <StopTrigger/>
  </Storyboard>
</OpenSCENARIO>
`;
}
