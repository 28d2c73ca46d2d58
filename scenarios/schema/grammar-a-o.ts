/**
 * OpenSCENARIO XML 1.0 to 1.3.1 as data, types A to O. One line per type: `Type@since [attribute:Type!@since ...] = content`.
 * Content: `a, b` in this order, `a & b` in any order, `a | b` one of; `?` none or one, `*` any number, `+` at least one,
 * `{2+}` at least two; `Name:Type` when the element is not named like its type. `!` marks what every version requires,
 * `!1.0-1.1` what only those versions do. `@1.2` names the first version, 1.0 when absent. Data only: what our
 * player does with a type stands in `support.ts`.
 */
export const grammarAToO = `
AbsoluteSpeed [value:Double!] = (TargetDistanceSteadyState | TargetTimeSteadyState)?
AbsoluteTargetLane [value:String!]
AbsoluteTargetLaneOffset [value:Double!]
AbsoluteTargetSpeed [value:Double!]
AccelerationCondition [rule:Rule! value:Double! direction:DirectionalDimension@1.2]
AcquirePositionAction [] = Position
Act [name:String!] = ManeuverGroup+, StartTrigger:Trigger?, StopTrigger:Trigger?
Action [name:String!] = GlobalAction? & UserDefinedAction? & PrivateAction?
ActivateControllerAction [controllerRef:String@1.2 objectControllerRef:String@1.3 lateral:Boolean longitudinal:Boolean animation:Boolean@1.2 lighting:Boolean@1.2]
Actors [selectTriggeringEntities:Boolean!] = EntityRef*
AddEntityAction [] = Position
AngleCondition@1.3 [angleType:AngleType! angle:Double! angleTolerance:Double! coordinateSystem:CoordinateSystem]
AnimationAction@1.2 [loop:Boolean animationDuration:Double] = AnimationType, AnimationState?
AnimationFile@1.2 [timeOffset:Double] = File
AnimationState@1.2 [state:Double!]
AnimationType@1.2 [] = ComponentAnimation | PedestrianAnimation | AnimationFile | UserDefinedAnimation
AppearanceAction@1.2 [] = LightStateAction? & AnimationAction?
AssignControllerAction [activateLateral:Boolean@1.1 activateLongitudinal:Boolean@1.1 activateAnimation:Boolean@1.2 activateLighting:Boolean@1.2] = Controller? | CatalogReference? | ObjectController?@1.3
AssignRouteAction [] = Route | CatalogReference
AutomaticGear@1.2 [gear:AutomaticGearType!]
Axle [maxSteering:Double! positionX:Double! positionZ:Double! trackWidth:Double! wheelDiameter:Double!]
Axles [] = FrontAxle:Axle?, RearAxle:Axle, AdditionalAxle:Axle*
BoundingBox [] = Center & Dimensions
Brake@1.2 [value:Double! maxRate:Double]
ByEntityCondition [] = TriggeringEntities & EntityCondition
ByObjectType [type:ObjectType!]
ByType [objectType:ObjectType!]
ByValueCondition [] = ParameterCondition | TimeOfDayCondition | SimulationTimeCondition | StoryboardElementStateCondition | UserDefinedValueCondition | TrafficSignalCondition | TrafficSignalControllerCondition | VariableCondition
Catalog [name:String!1.3-1.3] = Vehicle*, Controller*, Pedestrian*, MiscObject*, Environment*, Maneuver*, Trajectory*, Route*
CatalogLocations [] = VehicleCatalog:VehicleCatalogLocation? & ControllerCatalog:ControllerCatalogLocation? & PedestrianCatalog:PedestrianCatalogLocation? & MiscObjectCatalog:MiscObjectCatalogLocation? & EnvironmentCatalog:EnvironmentCatalogLocation? & ManeuverCatalog:ManeuverCatalogLocation? & TrajectoryCatalog:TrajectoryCatalogLocation? & RouteCatalog:RouteCatalogLocation?
CatalogReference [catalogName:String! entryName:String!] = ParameterAssignments?
Center [x:Double! y:Double! z:Double!]
CentralSwarmObject [entityRef:String!]
Clothoid [curvature:Double! curvatureDot:Double!1.0-1.0 length:Double! startTime:Double stopTime:Double curvaturePrime:Double@1.1] = Position
ClothoidSpline@1.3 [timeEnd:Double] = ClothoidSplineSegment+
ClothoidSplineSegment@1.3 [curvatureStart:Double! curvatureEnd:Double! length:Double! hOffset:Double timeStart:Double] = PositionStart:Position?
CollisionCondition [] = EntityRef | ByType:ByObjectType
Color@1.2 [colorType:ColorType!] = ColorRgb | ColorCmyk
ColorCmyk@1.2 [cyan:Double! magenta:Double! yellow:Double! key:Double!]
ColorRgb@1.2 [red:Double! green:Double! blue:Double!]
ComponentAnimation@1.2 [] = VehicleComponent? & UserDefinedComponent?
Condition [conditionEdge:ConditionEdge! delay:Double! name:String!] = ByEntityCondition | ByValueCondition
ConditionGroup [] = Condition+
ConnectTrailerAction@1.3 [trailerRef:String!]
ControlPoint [time:Double weight:Double] = Position
Controller [name:String! controllerType:ControllerType@1.2] = ParameterDeclarations? & Properties?
ControllerAction [] = AssignControllerAction? & OverrideControllerValueAction? & ActivateControllerAction?@1.1
ControllerCatalogLocation [] = Directory
ControllerDistribution [] = ControllerDistributionEntry+
ControllerDistributionEntry [weight:Double!] = Controller | CatalogReference
CustomCommandAction [type:String!] = #text
CustomContent@1.2 [] = #text
DeleteEntityAction []
Deterministic@1.1 [] = (DeterministicMultiParameterDistribution | DeterministicSingleParameterDistribution)*
DeterministicMultiParameterDistribution@1.1 [] = ValueSetDistribution
DeterministicSingleParameterDistribution@1.1 [parameterName:String!] = DistributionSet | DistributionRange | UserDefinedDistribution
Dimensions [height:Double! length:Double! width:Double!]
DirectionOfTravelDistribution@1.2 [same:Double! opposite:Double!]
Directory [path:String!]
DisconnectTrailerAction@1.3 []
DistanceCondition [alongRoute:Boolean!1.0-1.0 freespace:Boolean! rule:Rule! value:Double! coordinateSystem:CoordinateSystem@1.1 relativeDistanceType:RelativeDistanceType@1.1 routingAlgorithm:RoutingAlgorithm@1.2] = Position
DistributionRange@1.1 [stepWidth:Double!] = Range
DistributionSet@1.1 [] = Element:DistributionSetElement+
DistributionSetElement@1.1 [value:String!]
DomeImage@1.2 [azimuthOffset:Double] = DomeFile:File
DynamicConstraints [maxAcceleration:Double maxAccelerationRate:Double@1.2 maxDeceleration:Double maxDecelerationRate:Double@1.2 maxSpeed:Double]
EndOfRoadCondition [duration:Double!]
Entities [] = ScenarioObject*, EntitySelection*
EntityAction [entityRef:String!] = AddEntityAction | DeleteEntityAction
EntityCondition [] = EndOfRoadCondition | CollisionCondition | OffroadCondition | TimeHeadwayCondition | TimeToCollisionCondition | AccelerationCondition | StandStillCondition | SpeedCondition | RelativeSpeedCondition | TraveledDistanceCondition | ReachPositionCondition | DistanceCondition | RelativeDistanceCondition | RelativeClearanceCondition | AngleCondition | RelativeAngleCondition
EntityDistribution@1.3 [] = EntityDistributionEntry+
EntityDistributionEntry@1.3 [weight:Double!] = ScenarioObjectTemplate
EntityRef [entityRef:String!]
EntitySelection [name:String!] = Members:SelectedEntities
Environment [name:String!] = ParameterDeclarations? & TimeOfDay? & Weather? & RoadCondition?
EnvironmentAction [] = Environment | CatalogReference
EnvironmentCatalogLocation [] = Directory
Event [maximumExecutionCount:UnsignedInt name:String! priority:Priority!] = Action+, StartTrigger:Trigger?
ExternalObjectReference@1.1 [name:String!]
File [filepath:String!]
FileHeader [author:String! date:DateTime! description:String! revMajor:UnsignedShort! revMinor:UnsignedShort!] = License?, Properties?@1.2
FinalSpeed [] = AbsoluteSpeed | RelativeSpeedToMaster
Fog [visualRange:Double!] = BoundingBox?
FollowTrajectoryAction [initialDistanceOffset:Double@1.1] = Trajectory? & CatalogReference? & TimeReference & TrajectoryFollowingMode & TrajectoryRef?
GeoPosition@1.1 [latitude:Double!1.1-1.1 longitude:Double!1.1-1.1 height:Double latitudeDeg:Double@1.2 longitudeDeg:Double@1.2 altitude:Double@1.2 verticalRoadSelection:Int@1.3] = Orientation?
GlobalAction [] = EnvironmentAction | EntityAction | InfrastructureAction | SetMonitorAction | ParameterAction | TrafficAction | VariableAction
Histogram@1.1 [] = Bin:HistogramBin+
HistogramBin@1.1 [weight:Double!] = Range
InRoutePosition [] = FromCurrentEntity:PositionOfCurrentEntity | FromRoadCoordinates:PositionInRoadCoordinates | FromLaneCoordinates:PositionInLaneCoordinates
InfrastructureAction [] = TrafficSignalAction
Init [] = Actions:InitActions
InitActions [] = GlobalAction*, UserDefinedAction*, Private*
Knot [value:Double!]
Lane@1.3 [id:Int!]
LaneChangeAction [targetLaneOffset:Double] = LaneChangeActionDynamics:TransitionDynamics & LaneChangeTarget
LaneChangeTarget [] = RelativeTargetLane | AbsoluteTargetLane
LaneOffsetAction [continuous:Boolean!] = LaneOffsetActionDynamics & LaneOffsetTarget
LaneOffsetActionDynamics [dynamicsShape:DynamicsShape! maxLateralAcc:Double]
LaneOffsetTarget [] = RelativeTargetLaneOffset | AbsoluteTargetLaneOffset
LanePosition [laneId:String! offset:Double roadId:String! s:Double!] = Orientation?
LateralAction [] = LaneChangeAction | LaneOffsetAction | LateralDistanceAction
LateralDistanceAction [entityRef:String! continuous:Boolean! distance:Double freespace:Boolean! displacement:LateralDisplacement@1.1 coordinateSystem:CoordinateSystem@1.1] = DynamicConstraints?
License@1.1 [name:String! resource:String spdxId:String] = #text
LightState@1.2 [mode:LightMode! luminousIntensity:Double flashingOnDuration:Double flashingOffDuration:Double] = Color?
LightStateAction@1.2 [transitionTime:Double] = LightType, LightState
LightType@1.2 [] = VehicleLight? & UserDefinedLight?
LogNormalDistribution@1.3 [expectedValue:Double! variance:Double!] = Range?
LongitudinalAction [] = SpeedAction | LongitudinalDistanceAction | SpeedProfileAction
LongitudinalDistanceAction [entityRef:String! continuous:Boolean! distance:Double freespace:Boolean! timeGap:Double displacement:LongitudinalDisplacement@1.1 coordinateSystem:CoordinateSystem@1.1] = DynamicConstraints?
Maneuver [name:String!] = ParameterDeclarations?, Event+
ManeuverCatalogLocation [] = Directory
ManeuverGroup [maximumExecutionCount:UnsignedInt! name:String!] = Actors, CatalogReference*, Maneuver*
ManualGear@1.2 [number:Int!]
MiscObject [mass:Double! miscObjectCategory:MiscObjectCategory! name:String! model3d:String@1.1] = ParameterDeclarations? & BoundingBox & Properties?
MiscObjectCatalogLocation [] = Directory
ModifyRule [] = AddValue:ParameterAddValueRule | MultiplyByValue:ParameterMultiplyByValueRule
MonitorDeclaration@1.3 [name:String! value:Boolean!]
MonitorDeclarations@1.3 [] = MonitorDeclaration*
None []
NormalDistribution@1.1 [expectedValue:Double! variance:Double!] = Range?
Nurbs [order:UnsignedInt!] = ControlPoint{2+}, Knot{2+}
ObjectController [name:String@1.3] = CatalogReference? & Controller?
OffroadCondition [duration:Double!]
OpenScenario [] = FileHeader, ((ParameterDeclarations?, VariableDeclarations?, MonitorDeclarations?, CatalogLocations, RoadNetwork, Entities, Storyboard) | Catalog | ParameterValueDistribution)
Orientation [h:Double p:Double r:Double type:ReferenceContext]
OverrideBrakeAction [active:Boolean! value:Double!1.0-1.1] = (BrakePercent:Brake | BrakeForce:Brake)?
OverrideClutchAction [active:Boolean! value:Double! maxRate:Double@1.2]
OverrideControllerValueAction [] = Throttle:OverrideThrottleAction? & Brake:OverrideBrakeAction? & Clutch:OverrideClutchAction? & ParkingBrake:OverrideParkingBrakeAction? & SteeringWheel:OverrideSteeringWheelAction? & Gear:OverrideGearAction?
OverrideGearAction [active:Boolean! number:Double!1.0-1.1] = (ManualGear | AutomaticGear)?
OverrideParkingBrakeAction [active:Boolean! value:Double!1.0-1.1] = (BrakePercent:Brake | BrakeForce:Brake)?
OverrideSteeringWheelAction [active:Boolean! value:Double! maxRate:Double@1.2 maxTorque:Double@1.2]
OverrideThrottleAction [active:Boolean! value:Double! maxRate:Double@1.2]
`;
