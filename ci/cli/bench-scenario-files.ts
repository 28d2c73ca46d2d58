/**
 * Scenarios for `bench scenario`, made by rule so that everybody measures the same: a motorway of lines, spirals and arcs, any
 * number of vehicles that change speed and lane when triggers say so, and a cut-in with parameters to vary. Nothing random.
 */
const LANES = 3;
const LANE_M = 3.5;
/** Straight, clothoid, bend, clothoid, and back: 5 km that no vehicle leaves within a minute. */
const PIECES: readonly (readonly [kind: "line" | "spiral" | "arc", lengthM: number, from: number, to: number])[] = [
  ["line", 1200, 0, 0], ["spiral", 150, 0, 1 / 900], ["arc", 700, 1 / 900, 1 / 900], ["spiral", 150, 1 / 900, 0],
  ["line", 800, 0, 0], ["spiral", 150, 0, -1 / 1200], ["arc", 700, -1 / 1200, -1 / 1200], ["spiral", 150, -1 / 1200, 0], ["line", 1000, 0, 0],
];

/** Heading and place of the pieces' starts by midpoint sums; a map reader wants them to fit to a centimetre or so. */
export function benchMap(): string {
  const STEPS = 2000;
  let [x, y, h, s] = [0, 0, 0, 0];
  const geometry = PIECES.map(([kind, lengthM, from, to]) => {
    const inside = kind === "line" ? "<line/>" : kind === "arc" ? `<arc curvature="${from}"/>` : `<spiral curvStart="${from}" curvEnd="${to}"/>`;
    const text = `<geometry s="${s}" x="${x}" y="${y}" hdg="${h}" length="${lengthM}">${inside}</geometry>`;
    const ds = lengthM / STEPS;
    for (let i = 0; i < STEPS; i += 1) {
      const at = (i + 0.5) / STEPS;
      const middle = h + (ds / 2) * (from + (to - from) * (i / STEPS));
      x += ds * Math.cos(middle);
      y += ds * Math.sin(middle);
      h += ds * (from + (to - from) * at);
    }
    s += lengthM;
    return text;
  });
  const lanes = Array.from({ length: LANES }, (_, i) => `<lane id="${-1 - i}" type="driving" level="false"><width sOffset="0" a="${LANE_M}" b="0" c="0" d="0"/></lane>`).join("");
  return `<?xml version="1.0"?><OpenDRIVE><header revMajor="1" revMinor="6" name="bench"/><road name="motorway" length="${s}" id="1" junction="-1"><planView>${geometry.join("")}</planView><lanes><laneSection s="0"><center><lane id="0" type="none" level="false"/></center><right>${lanes}</right></laneSection></lanes></road></OpenDRIVE>`;
}

const HEAD = '<FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00Z" description="scenario bench" author="AtlasMesh"/>';
const car = (name: string): string => `<ScenarioObject name="${name}"><Vehicle name="car" vehicleCategory="car"><BoundingBox><Center x="1.4" y="0" z="0.8"/><Dimensions width="1.85" length="4.7" height="1.6"/></BoundingBox><Performance maxSpeed="60" maxAcceleration="5" maxDeceleration="9"/><Axles><FrontAxle maxSteering="0.6" wheelDiameter="0.7" trackWidth="1.6" positionX="2.9" positionZ="0.35"/><RearAxle maxSteering="0" wheelDiameter="0.7" trackWidth="1.6" positionX="0" positionZ="0.35"/></Axles></Vehicle></ScenarioObject>`;
const speedTo = (mps: string, shape: string, dimension: string, value: number): string => `<PrivateAction><LongitudinalAction><SpeedAction><SpeedActionDynamics dynamicsShape="${shape}" dynamicsDimension="${dimension}" value="${value}"/><SpeedActionTarget><AbsoluteTargetSpeed value="${mps}"/></SpeedActionTarget></SpeedAction></LongitudinalAction></PrivateAction>`;
const start = (name: string, lane: number, s: string, mps: string): string => `<Private entityRef="${name}"><PrivateAction><TeleportAction><Position><LanePosition roadId="1" laneId="${lane}" s="${s}"/></Position></TeleportAction></PrivateAction>${speedTo(mps, "step", "time", 0)}</Private>`;
const changeLane = (lane: number, seconds: string): string => `<PrivateAction><LateralAction><LaneChangeAction><LaneChangeActionDynamics dynamicsShape="sinusoidal" value="${seconds}" dynamicsDimension="time"/><LaneChangeTarget><AbsoluteTargetLane value="${lane}"/></LaneChangeTarget></LaneChangeAction></LateralAction></PrivateAction>`;
const condition = (edge: string, inside: string): string => `<ConditionGroup><Condition name="c" delay="0" conditionEdge="${edge}">${inside}</Condition></ConditionGroup>`;
const after = (s: string | number): string => condition("none", `<ByValueCondition><SimulationTimeCondition value="${s}" rule="greaterOrEqual"/></ByValueCondition>`);
const asked = (name: string, inside: string): string => condition("rising", `<ByEntityCondition><TriggeringEntities triggeringEntitiesRule="any"><EntityRef entityRef="${name}"/></TriggeringEntities><EntityCondition>${inside}</EntityCondition></ByEntityCondition>`);
const closeTo = (other: string, gapM: string): string => `<RelativeDistanceCondition entityRef="${other}" relativeDistanceType="longitudinal" value="${gapM}" freespace="true" rule="lessThan" coordinateSystem="entity"/>`;
const headwayTo = (other: string, seconds: number): string => `<TimeHeadwayCondition entityRef="${other}" value="${seconds}" freespace="true" rule="lessThan" coordinateSystem="lane" relativeDistanceType="longitudinal"/>`;
const story = (name: string, actor: string, action: string, trigger: string): string => `<Story name="${name}"><Act name="act"><ManeuverGroup name="group" maximumExecutionCount="1"><Actors selectTriggeringEntities="false"><EntityRef entityRef="${actor}"/></Actors><Maneuver name="maneuver"><Event name="event" priority="override" maximumExecutionCount="1"><Action name="action">${action}</Action><StartTrigger>${trigger}</StartTrigger></Event></Maneuver></ManeuverGroup><StartTrigger>${after(0)}</StartTrigger></Act></Story>`;
const document = (head: string, entities: string, init: string, stories: string, stopS: string): string =>
  `<?xml version="1.0"?><OpenSCENARIO>${HEAD}${head}<CatalogLocations/><RoadNetwork><LogicFile filepath="bench.xodr"/></RoadNetwork><Entities>${entities}</Entities><Storyboard><Init><Actions>${init}</Actions></Init>${stories}<StopTrigger>${after(stopS)}</StopTrigger></Storyboard></OpenSCENARIO>`;

export const BENCH_S = 30;

/**
 * `vehicles` in three lanes, 40 m apart, each with an event of its own: every third asks each step for the free space to the
 * one ahead, every third for its time headway along the lane, the rest wait for a time (so do three and fewer).
 */
export function benchScenario(vehicles: number): string {
  const name = (i: number): string => `v${String(i + 1).padStart(3, "0")}`;
  const all = Array.from({ length: vehicles }, (_, i) => i);
  const lane = (i: number): number => -1 - (i % LANES);
  const place = (i: number): string => String(30 + 40 * Math.floor(i / LANES) + 12 * (i % LANES));
  const mps = (i: number): string => String(22 + ((i * 7) % 11));
  const stories = all.map((i) => {
    const other = name((i + LANES) % vehicles);
    const wait = `${1 + ((i * 3) % 20)}`;
    if (i % 3 === 0 && vehicles > LANES) return story(`s${i}`, name(i), changeLane(-1 - ((i + 1) % LANES), "3"), asked(name(i), closeTo(other, "15")));
    if (i % 3 === 1 && vehicles > LANES) return story(`s${i}`, name(i), speedTo("20", "linear", "rate", 2), asked(name(i), headwayTo(other, 0.6)));
    return story(`s${i}`, name(i), i % 2 === 0 ? changeLane(-1 - ((i + 2) % LANES), "4") : speedTo("26", "sinusoidal", "time", 5), after(wait));
  });
  return document("", all.map((i) => car(name(i))).join(""), all.map((i) => start(name(i), lane(i), place(i), mps(i))).join(""), stories.join(""), String(BENCH_S));
}

/** A cut-in with four parameters, as a regulation's set of variations has it. */
export function benchCutIn(): string {
  const parameter = (name: string, value: number): string => `<ParameterDeclaration name="${name}" parameterType="double" value="${value}"><ConstraintGroup><ValueConstraint rule="greaterOrEqual" value="0"/></ConstraintGroup></ParameterDeclaration>`;
  const head = `<ParameterDeclarations>${parameter("EgoSpeed_kmh", 100)}${parameter("CutInSpeed_kmh", 80)}${parameter("Gap_m", 30)}${parameter("LaneChange_s", 4)}</ParameterDeclarations>`;
  const init = start("Ego", -2, "50", "${$EgoSpeed_kmh / 3.6}") + start("CutIn", -3, "${150 + $Gap_m}", "${$CutInSpeed_kmh / 3.6}") + start("Lead", -1, "400", "${$CutInSpeed_kmh / 3.6}");
  const stories = story("cut-in", "CutIn", changeLane(-2, "$LaneChange_s"), asked("Ego", closeTo("CutIn", "$Gap_m"))) + story("brake", "CutIn", speedTo("${$CutInSpeed_kmh / 3.6 - 5}", "linear", "rate", 3), after(15));
  return document(head, car("Ego") + car("CutIn") + car("Lead"), init, stories, "40");
}

/** 6 x 6 x 10 x 8 = 2880 variations of it. */
export function benchDistribution(): string {
  const range = (name: string, low: number, high: number, step: number): string => `<DeterministicSingleParameterDistribution parameterName="${name}"><DistributionRange stepWidth="${step}"><Range lowerLimit="${low}" upperLimit="${high}"/></DistributionRange></DeterministicSingleParameterDistribution>`;
  return `<?xml version="1.0"?><OpenSCENARIO>${HEAD}<ParameterValueDistribution><ScenarioFile filepath="cut-in.xosc"/><Deterministic>${range("EgoSpeed_kmh", 80, 130, 10)}${range("CutInSpeed_kmh", 60, 110, 10)}${range("Gap_m", 10, 55, 5)}${range("LaneChange_s", 2, 5.5, 0.5)}</Deterministic></ParameterValueDistribution></OpenSCENARIO>`;
}
