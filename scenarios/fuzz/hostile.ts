/** Files made to hurt: each is small or stands for something unbounded, and must be refused or played within its budget. */

export interface HostileCase {
  readonly name: string;
  /** Files by path; `a.xosc` is the scenario. */
  readonly files: ReadonlyMap<string, string>;
  /** Text some error must hold; undefined: it may load. */
  readonly refusedWith: RegExp | undefined;
}

const header = '<FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="" author=""/>';
const box = '<BoundingBox><Center x="0" y="0" z="0"/><Dimensions width="2" length="4" height="1"/></BoundingBox>';
const vehicle = (inside = ""): string => `<Vehicle name="v" vehicleCategory="car">${inside}${box}<Performance maxSpeed="70" maxAcceleration="10" maxDeceleration="10"/><Axles><RearAxle maxSteering="0" wheelDiameter="0.6" trackWidth="1.6" positionX="0" positionZ="0.3"/></Axles></Vehicle>`;
const at = (x: number): string => `<Position><WorldPosition x="${x}" y="0"/></Position>`;
const never = '<ConditionGroup><Condition name="t" delay="0" conditionEdge="none"><ByValueCondition><SimulationTimeCondition value="50" rule="greaterThan"/></ByValueCondition></Condition></ConditionGroup>';
const always = never.replace('value="50"', 'value="-1"');

interface Parts {
  readonly head?: string;
  readonly catalogs?: string;
  readonly entities?: string;
  readonly init?: string;
  readonly actions?: string;
  readonly count?: string;
  readonly map?: string;
}

function scenario(p: Parts): string {
  const story = p.actions === undefined ? "" : `<Story name="S"><Act name="A"><ManeuverGroup name="G" maximumExecutionCount="${p.count ?? "1"}"><Actors selectTriggeringEntities="false"><EntityRef entityRef="Ego"/></Actors><Maneuver name="M"><Event name="E" priority="parallel" maximumExecutionCount="${p.count ?? "1"}">${p.actions}<StartTrigger>${always}</StartTrigger></Event></Maneuver></ManeuverGroup><StartTrigger>${always}</StartTrigger></Act></Story>`;
  return `<OpenSCENARIO>${header}${p.head ?? ""}<CatalogLocations>${p.catalogs ?? ""}</CatalogLocations><RoadNetwork>${p.map ?? ""}</RoadNetwork><Entities>${p.entities ?? `<ScenarioObject name="Ego">${vehicle()}</ScenarioObject>`}</Entities><Storyboard><Init><Actions>${p.init ?? `<Private entityRef="Ego"><PrivateAction><TeleportAction>${at(0)}</TeleportAction></PrivateAction></Private>`}</Actions></Init>${story}<StopTrigger>${never}</StopTrigger></Storyboard></OpenSCENARIO>`;
}

const one = (name: string, text: string, refusedWith: RegExp | undefined, more: readonly (readonly [string, string])[] = []): HostileCase => ({ name, files: new Map([["a.xosc", text], ...more]), refusedWith });
const action = (inside: string): string => `<Action name="x"><PrivateAction>${inside}</PrivateAction></Action>`;
const follow = (shape: string): string => action(`<RoutingAction><FollowTrajectoryAction><TimeReference><None/></TimeReference><TrajectoryFollowingMode followingMode="position"/><TrajectoryRef><Trajectory name="t" closed="false"><Shape>${shape}</Shape></Trajectory></TrajectoryRef></FollowTrajectoryAction></RoutingAction>`);
const catalog = (name: string, entries: string): string => `<OpenSCENARIO>${header}<Catalog name="${name}">${entries}</Catalog></OpenSCENARIO>`;
const swarm = (count: string): string => `<GlobalAction><TrafficAction trafficName="t"><TrafficSwarmAction innerRadius="1" semiMajorAxis="1e9" semiMinorAxis="1e9" offset="0" numberOfVehicles="${count}"><CentralObject entityRef="Ego"/><TrafficDistribution><TrafficDistributionEntry weight="1"><EntityDistribution><EntityDistributionEntry weight="1"><ScenarioObjectTemplate>${vehicle()}</ScenarioObjectTemplate></EntityDistributionEntry></EntityDistribution></TrafficDistributionEntry></TrafficDistribution></TrafficSwarmAction></TrafficAction></GlobalAction>`;

export function hostileCases(): readonly HostileCase[] {
  const entities = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join("");
  const paths = ["/etc/passwd", "../../../../../etc/passwd", "file:///etc/passwd", "C:\\Windows\\win.ini", "..\\..\\..\\secret", "\\\\host\\share\\x", "http://example.org/x.xodr", "~/x.xodr", "a/../../../../../x.xodr", "x\u0001/../../../../../y"];
  return [
    one("billion laughs", `<!DOCTYPE OpenSCENARIO [<!ENTITY e0 "lol">${entities}]>${scenario({}).replace('description=""', 'description="&e12;"')}`, /DOCTYPE|entit/i),
    one("an external entity", `<!DOCTYPE OpenSCENARIO [<!ENTITY x SYSTEM "file:///etc/passwd">]>${scenario({})}`, /DOCTYPE|entit/i),
    one("a parameter entity", `<!DOCTYPE OpenSCENARIO [<!ENTITY % x SYSTEM "http://example.org/x"> %x;]>${scenario({})}`, /DOCTYPE|entit/i),
    one("elements nested 100 000 deep", `<OpenSCENARIO>${"<a>".repeat(100_000)}${"</a>".repeat(100_000)}</OpenSCENARIO>`, /deeper/),
    one("brackets nested 100 000 deep in an expression", scenario({ head: `<ParameterDeclarations><ParameterDeclaration name="p" parameterType="double" value="\${${"(".repeat(30_000)}1${")".repeat(30_000)}}"/></ParameterDeclarations>` }), /characters|nested/),
    one("300 unary signs", scenario({ head: `<ParameterDeclarations><ParameterDeclaration name="p" parameterType="double" value="\${${"-".repeat(300)}1}"/></ParameterDeclarations>` }), /nested/),
    one("an attribute of a megabyte", scenario({}).replace('description=""', `description="${"a".repeat(1_000_000)}"`), /characters/),
    one("10 000 attributes", scenario({}).replace("<Entities>", `<Entities ${Array.from({ length: 10_000 }, (_, i) => `a${i}=""`).join(" ")}>`), /attributes/),
    one("an event repeated four billion times", scenario({ actions: action(`<TeleportAction>${at(1)}</TeleportAction>`), count: "4294967295" }), undefined),
    one("100 actions in an event repeated for ever", scenario({ actions: Array.from({ length: 100 }, (_, i) => action(`<TeleportAction>${at(i)}</TeleportAction>`).replace('name="x"', `name="x${i}"`)).join(""), count: "4294967295" }), undefined),
    one("a polyline of 4 000 vertices", scenario({ actions: follow(`<Polyline>${Array.from({ length: 4_000 }, (_, i) => `<Vertex>${at(i)}</Vertex>`).join("")}</Polyline>`) }), undefined),
    one("a polyline on one point", scenario({ actions: follow(`<Polyline>${Array.from({ length: 50 }, () => `<Vertex>${at(7)}</Vertex>`).join("")}</Polyline>`) }), undefined),
    one("a clothoid as long as the world", scenario({ actions: follow(`<Clothoid curvature="0" curvaturePrime="1" length="1e300">${at(0)}</Clothoid>`) }), /length/),
    one("NURBS of order 1000", scenario({ actions: follow(`<Nurbs order="1000">${Array.from({ length: 3 }, (_, i) => `<ControlPoint>${at(i)}</ControlPoint>`).join("")}${Array.from({ length: 1003 }, (_, i) => `<Knot value="${i}"/>`).join("")}</Nurbs>`) }), /order/),
    one("200 numbers at the edge of the range", scenario({ init: Array.from({ length: 200 }, () => `<Private entityRef="Ego"><PrivateAction><TeleportAction>${at(0).replace('x="0"', 'x="1.7e308"')}</TeleportAction></PrivateAction></Private>`).join("") }), undefined),
    one("4 billion vehicles in a swarm", scenario({ init: swarm("4294967295") }), undefined),
    one("a trailer that tows itself", scenario({ entities: `<ScenarioObject name="Ego">${vehicle().replace("</Vehicle>", '<Trailer><TrailerRef entityRef="Ego"/></Trailer></Vehicle>')}</ScenarioObject>` }), /its own trailer/),
    one("two that tow each other while it plays", scenario({ entities: `<ScenarioObject name="Ego">${vehicle()}</ScenarioObject><ScenarioObject name="B">${vehicle()}</ScenarioObject>`, init: `<Private entityRef="Ego"><PrivateAction><TrailerAction><ConnectTrailerAction trailerRef="B"/></TrailerAction></PrivateAction></Private><Private entityRef="B"><PrivateAction><TrailerAction><ConnectTrailerAction trailerRef="Ego"/></TrailerAction></PrivateAction></Private>` }), undefined),
    one("groups of groups in a circle", scenario({ entities: `<ScenarioObject name="Ego">${vehicle()}</ScenarioObject><EntitySelection name="a"><Members><EntityRef entityRef="b"/></Members></EntitySelection><EntitySelection name="b"><Members><EntityRef entityRef="a"/></Members></EntitySelection>` }), undefined),
    one("60 groups of all the others", scenario({ entities: `<ScenarioObject name="Ego">${vehicle()}</ScenarioObject>${Array.from({ length: 60 }, (_, i) => `<EntitySelection name="g${i}"><Members>${Array.from({ length: 60 }, (_, j) => `<EntityRef entityRef="g${j}"/>`).join("")}</Members></EntitySelection>`).join("")}` }), undefined),
    one("3 000 unknown elements", scenario({}).replace("<Entities>", `<Entities>${"<Dragon/>".repeat(3_000)}`), /further problems/),
    one("a catalog that refers to itself", scenario({ catalogs: '<VehicleCatalog><Directory path="."/></VehicleCatalog>', entities: '<ScenarioObject name="Ego"><CatalogReference catalogName="k" entryName="v"/></ScenarioObject>' }), /nested deeper|not found|declared|Trailer/, [["k.xosc", catalog("k", vehicle().replace("</Vehicle>", '<Trailer><Trailer name="t"><CatalogReference catalogName="k" entryName="v"/></Trailer></Trailer></Vehicle>'))]]),
    one("a catalog entry that opens two of itself, and so on", scenario({ catalogs: '<RouteCatalog><Directory path="."/></RouteCatalog>', init: `<Private entityRef="Ego"><PrivateAction><RoutingAction><AssignRouteAction><CatalogReference catalogName="k" entryName="r"/></AssignRouteAction></RoutingAction></PrivateAction></Private>` }), /nested deeper|too many/, [["k.xosc", catalog("k", `<Route name="r" closed="false">${`<Waypoint routeStrategy="shortest"><Position><RoutePosition><RouteRef><CatalogReference catalogName="k" entryName="r"/></RouteRef><InRoutePosition><FromRoadCoordinates pathS="1" t="0"/></InRoutePosition></RoutePosition></Position></Waypoint>`.repeat(2)}</Route>`)]]),
    one("300 catalogs", scenario({ catalogs: '<VehicleCatalog><Directory path="."/></VehicleCatalog>', entities: Array.from({ length: 300 }, (_, i) => `<ScenarioObject name="${i === 0 ? "Ego" : `e${i}`}"><CatalogReference catalogName="c${i}" entryName="v"/></ScenarioObject>`).join("") }), /not found/),
    ...paths.map((path) => one(`a map at ${JSON.stringify(path)}`, scenario({ map: `<LogicFile filepath="${path.replaceAll("&", "&amp;").replace("\u0001", "&#1;")}"/>` }), /path|character|exist|entity/i)),
    one("catalog directories outside", scenario({ catalogs: '<VehicleCatalog><Directory path="/etc"/></VehicleCatalog>', entities: '<ScenarioObject name="Ego"><CatalogReference catalogName="passwd" entryName="root"/></ScenarioObject>' }), /not found/),
    one("a catalog named to climb out", scenario({ catalogs: '<VehicleCatalog><Directory path="."/></VehicleCatalog>', entities: '<ScenarioObject name="Ego"><CatalogReference catalogName="../../../../../../etc/passwd" entryName="root"/></ScenarioObject>' }), /leaves|not found/),
  ];
}
